package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Event;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a valid document on its way, it is accepted or refused for what it says; it never breaks anything. */
class MutatedUsageTest {

    private static final int DOCUMENTS = 20_000;

    private static final List<String> FRAGMENTS = List.of("{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999999999",
            "-", "\\u0000", "\\ud800", "NaN", "\"start\":", "0.", "\n", "\u0000", "9".repeat(300), "[[[[[[", "\uD83D\uDE00",
            "\"measured_usage\":[", "{\"measure\":\"storage\",\"quantity\":", "1e-400", "\uFEFF", "//", "'");

    private final FakeLog log = new FakeLog(Samples.NOW);
    private final UsageIntake intake = new UsageIntake(Samples.TERMS, log, new FakeMarks(),
            new Lateness(Duration.ofHours(48), Duration.ofMinutes(10)),
            Clock.fixed(Instant.ofEpochMilli(Samples.NOW), ZoneOffset.UTC),
            AppendWait.atMost(Duration.ofSeconds(5)));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noMutationOfADocumentBreaksAnything(long seed) {
        UsageReader reader = new UsageReader();
        noMutationBreaksAnything(seed, Samples.usage("o1").toString(), reader::read);
    }

    @ParameterizedTest
    @EnumSource(Event.Kind.class)
    void noMutationOfAnEventBreaksAnything(Event.Kind kind) {
        EventReader reader = new EventReader();
        String valid = (kind == Event.Kind.STOP ? Samples.event("o1") : Samples.event("o1", "memory", "disk")).toString();
        noMutationBreaksAnything(kind.ordinal(), valid, body -> reader.read(kind, body));
    }

    private void noMutationBreaksAnything(long seed, String valid, Function<byte[], Submission> reader) {
        Random random = new Random(seed);
        byte[] single = valid.getBytes(StandardCharsets.UTF_8);
        byte[] array = ("[" + valid + "," + valid + "]").getBytes(StandardCharsets.UTF_8);
        int accepted = 0;
        int malformed = 0;
        int rejected = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] body = mutate(random.nextBoolean() ? single : array, random);
            int before = log.count();
            List<UsageResult> results;
            try {
                results = intake.submit(reader.apply(body).readings());
            } catch (Problem problem) {
                assertThat(problem.status()).isBetween(400, 499);
                assertThat(writable(problem)).isTrue();
                malformed++;
                results = List.of();
            }
            int acceptedNow = 0;
            for (UsageResult result : results) {
                if (result instanceof UsageResult.Rejected refusal) {
                    assertThat(refusal.problem().status()).isBetween(400, 499);
                    assertThat(writable(refusal.problem())).isTrue();
                    rejected++;
                } else if (result instanceof UsageResult.Accepted) {
                    acceptedNow++;
                }
            }
            accepted += acceptedNow;
            assertThat(log.count() - before).as("seed %d, document %d", seed, i).isEqualTo(acceptedNow);
        }
        assertThat(accepted).isPositive();
        assertThat(rejected).isPositive();
        assertThat(malformed).isPositive();
    }

    private static byte[] mutate(byte[] valid, Random random) {
        byte[] body = valid;
        for (int times = random.nextInt(3); times >= 0; times--) {
            int from = random.nextInt(body.length);
            int to = Math.min(body.length, from + random.nextInt(20));
            byte[] between = switch (random.nextInt(5)) {
                case 0 -> new byte[0];
                case 1 -> FRAGMENTS.get(random.nextInt(FRAGMENTS.size())).getBytes(StandardCharsets.UTF_8);
                case 2 -> new byte[] {(byte) random.nextInt(256)};
                case 3 -> Arrays.copyOfRange(body, from, to);
                default -> String.valueOf(random.nextInt()).getBytes(StandardCharsets.UTF_8);
            };
            body = replace(body, from, random.nextBoolean() ? from : to, between);
            if (body.length == 0) {
                return body;
            }
        }
        return body;
    }

    private static byte[] replace(byte[] body, int from, int to, byte[] between) {
        byte[] replaced = new byte[body.length - (to - from) + between.length];
        System.arraycopy(body, 0, replaced, 0, from);
        System.arraycopy(between, 0, replaced, from, between.length);
        System.arraycopy(body, to, replaced, from + between.length, body.length - to);
        return replaced;
    }

    private static boolean writable(Problem problem) {
        return Json.write(List.of(problem.getMessage(), problem.violations())).length > 0;
    }
}
