package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.chaos.FakeCollector.Answer;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The first round of a client with seed 1. */
class ClientTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Ledger ledger = new Ledger();
    private final Tally tally = new Tally();
    private final Verdict verdict = new Verdict();
    private final Deque<Answer> failures = new ArrayDeque<>();

    private void round(String result) throws Exception {
        Phase phase = new Phase();
        phase.end();
        SplittableRandom random = new SplittableRandom(1);
        try (FakeCollector collector = FakeCollector.forClients((path, body) -> answer(body, result))) {
            new Client(Client.MAX_PEACE_MILLIS,
                    new UsageSource(0, 1, Offers.own(), random.split(), Clock.fixed(NOW, ZoneOffset.UTC)), random.split(),
                    collector.endpoints(), ledger, tally, verdict).run(phase);
        }
    }

    private synchronized Answer answer(String body, String result) {
        if (!failures.isEmpty()) {
            return failures.remove();
        }
        JsonNode posted = Json.shared().readTree(body);
        if (posted.isObject()) {
            return new Answer(202, result(posted, result), 0);
        }
        return new Answer(202, posted.valueStream().map(usage -> result(usage, result))
                .collect(Collectors.joining(",", "[", "]")), 0);
    }

    private static String result(JsonNode usage, String result) {
        boolean tooOld = usage.get("end").longValue() < NOW.minus(Fleet.SLACK).toEpochMilli();
        return tooOld ? "{\"status\":\"rejected\",\"code\":\"slack\"}"
                : usage.toString().contains(Offers.UNKNOWN_MEASURE)
                ? "{\"status\":\"rejected\",\"code\":\"measure_not_found\"}" : result;
    }

    @Test
    void whatGotNoClearAnswerIsSentAgain() throws Exception {
        failures.add(new Answer(503, "{\"code\":\"backlog_full\"}", 0));
        failures.add(new Answer(202, "[{\"status\":\"acc", 100));
        round("{\"status\":\"accepted\",\"location\":\"/l/3-17\"}");

        assertThat(verdict.clean()).as(verdict.text()).isTrue();
        assertThat(tally.of("requests to be sent again")).isEqualTo(1);
        assertThat(tally.of("requests without an answer")).isEqualTo(1);
        assertThat(ledger.entries()).isNotEmpty().allMatch(entry -> entry.usage().improper() != entry.isAccepted())
                .filteredOn(Ledger.Entry::isAccepted).allMatch(entry -> entry.locations().contains("/l/3-17"));
    }

    @Test
    void usageThatIsRefusedForNoReasonIsFound() throws Exception {
        round("{\"status\":\"rejected\",\"code\":\"conflict\",\"location\":\"/l/3-17\"}");
        assertThat(verdict.text()).contains("WRONG").contains("conflict");
    }

    @Test
    void internalErrorIsFoundThoughItIsSentAgain() throws Exception {
        failures.add(new Answer(500, "{\"code\":\"broken\"}", 0));
        round("{\"status\":\"accepted\",\"location\":\"/l/3-17\"}");
        assertThat(verdict.text()).contains("WRONG: the collector answered 500");
    }

    @Test
    void usageConflictsOnlyWithOtherQuantitiesThatWereTaken() {
        Ledger.Entry entry = ledger.add(new Usage(new Usage.Key(Organization.ALL.get(0), "s", "c", "r", "p", "i", 1, 1,
                null), Offers.own().get(0), Map.of("load", BigDecimal.ONE), false));
        Ledger.Posting own = new Ledger.Posting(entry, Map.of("load", BigDecimal.ONE));
        Ledger.Posting other = new Ledger.Posting(entry, Map.of("load", BigDecimal.TEN));

        assertThat(Client.expected(own, "rejected", "conflict", "/l/3-18")).isFalse();
        assertThat(Client.expected(other, "rejected", "conflict", "/l/3-17")).isTrue();
        assertThat(Client.expected(other, "duplicate", "?", "/l/3-17")).isFalse();
        assertThat(Client.expected(other, "accepted", "?", "/l/3-18")).isTrue();
        assertThat(Client.expected(other, "duplicate", "?", "/l/3-18")).as("of the other quantities").isTrue();
        assertThat(Client.expected(other, "duplicate", "?", "/l/3-17")).as("of its own").isFalse();
        assertThat(Client.expected(own, "rejected", "conflict", "/l/3-18")).isTrue();
        assertThat(Client.expected(own, "rejected", "conflict", "/l/3-17")).isFalse();
        assertThat(entry.locations()).containsExactly("/l/3-17");
        assertThat(entry.conflicting()).containsExactly("/l/3-18");
    }

    @Test
    void acceptanceWithoutALocationIsFound() throws Exception {
        round("{\"status\":\"accepted\"}");
        assertThat(verdict.clean()).isFalse();
    }
}
