package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.chaos.FakeCollector.Answer;
import io.quipu.acceptance.chaos.Ledger.Entry;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DispositionsTest {

    private final Map<String, String> dispositions = new HashMap<>();
    private final Verdict verdict = new Verdict();
    private final Entry entry = new Ledger().add(new Usage(new Usage.Key(Organization.ALL.get(0), "s", "c", "r", "p", "i",
            1, 1, null), Offers.own().get(0), Map.of("load", BigDecimal.ONE), false));

    private Optional<Dispositions.First> first() throws Exception {
        try (FakeCollector collector = FakeCollector.forChecks((path, body) -> dispositions.containsKey(path)
                ? new Answer(200, "{\"disposition\":" + dispositions.get(path) + "}", 0) : new Answer(404, "{}", 0))) {
            return new Dispositions(collector.endpoints(), new Tally(), verdict).first(entry);
        }
    }

    private static String duplicate(String original) {
        return "{\"status\":\"duplicate\",\"duplicate_of\":\"" + original + "\"}";
    }

    @Test
    void usageThatWasProcessedStandsWhereItWasAccepted() throws Exception {
        entry.accepted("/l/3-17");
        dispositions.put("/l/3-17", "{\"status\":\"processed\"}");

        assertThat(first()).contains(new Dispositions.First(entry, "3-17", "processed", ""));
        assertThat(verdict.clean()).isTrue();
    }

    @Test
    void duplicateLeadsToAFirstThatNoClientHeardOf() throws Exception {
        entry.accepted("/l/3-17");
        dispositions.put("/l/3-17", duplicate("/l/3-5"));
        dispositions.put("/l/3-5", "{\"status\":\"rejected\",\"code\":\"metering_failed\"}");

        assertThat(first()).contains(new Dispositions.First(entry, "3-5", "rejected", "metering_failed"));
        assertThat(verdict.clean()).isTrue();
    }

    @Test
    void twoThatBothCountAreFound() throws Exception {
        entry.accepted("/l/3-17");
        entry.accepted("/l/3-18");
        dispositions.put("/l/3-17", "{\"status\":\"processed\"}");
        dispositions.put("/l/3-18", "{\"status\":\"processed\"}");

        assertThat(first()).isEmpty();
        assertThat(verdict.text()).contains("WRONG: not exactly one");
    }

    @Test
    void otherQuantitiesThatCountAreFound() throws Exception {
        entry.accepted("/l/3-17");
        entry.conflictAccepted("/l/3-18");
        dispositions.put("/l/3-17", duplicate("/l/3-18"));
        dispositions.put("/l/3-18", "{\"status\":\"processed\"}");

        assertThat(first()).isEmpty();
        assertThat(verdict.clean()).isFalse();
    }

    @Test
    void acceptedUsageThatIsGoneIsFound() throws Exception {
        entry.accepted("/l/3-17");

        assertThat(first()).isEmpty();
        assertThat(verdict.text()).contains("WRONG: no disposition at /l/3-17");
    }
}
