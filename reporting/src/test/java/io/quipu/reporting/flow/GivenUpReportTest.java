package io.quipu.reporting.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.web.Problem;
import io.quipu.reporting.Ledger;
import io.quipu.reporting.Plans;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.PlanCache;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a report ends: the memory for what is put aside is there again, and the next report is whole. */
class GivenUpReportTest {

    private static final long NOW = Instant.parse("2026-11-21T05:20:00Z").toEpochMilli();
    private static final int BLOCKS = 3;
    private static final int MEMORY = BLOCKS * (64 << 10);

    private final Ledger ledger = new Ledger();
    private final SpoolMemory memory = new SpoolMemory(MEMORY);
    private final ExecutorService threads = Executors.newFixedThreadPool(UsageReporting.CHUNKS_IN_FLIGHT);
    private final InMemory aggregator = new InMemory();
    private Accumulator accumulator = (organization, space, consumers, windows, reader) ->
            ledger.instances(space, consumers, windows).forEach(reader);

    GivenUpReportTest() {
        for (int i = 0; i < 450; i++) {
            ledger.add(new Ledger.Used("space", "app:" + i, "instance", "llm", Plans.TOKENS, NOW,
                    Map.of("thousand_input_tokens", BigDecimal.TEN), Map.of()));
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        for (int i = 0; i < BLOCKS; i++) {
            assertThat(memory.take()).as("block %d", i).isPresent();
        }
        assertThat(memory.take()).isEmpty();
    }

    private Report report(long limit) {
        return new UsageReporting(new UsageReporting.Sources(aggregator,
                (organization, space, consumers, windows, reader) ->
                        accumulator.instances(organization, space, consumers, windows, reader),
                new PlanCache(aggregator, MetricFunctions::of, 10)), new Spool.Limits(memory, limit), threads,
                Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC), new SimpleMeterRegistry())
                .report(new ReportQuery(Ledger.ORGANIZATION, NOW, 2, 3, 2, Depth.INSTANCE));
    }

    private Report report() {
        return report(1 << 30);
    }

    @Test
    void oneThatEndsBeforeItsLastLineFails() {
        aggregator.ends = 321;
        assertThatThrownBy(this::report).hasMessage("cut");
    }

    @Test
    void oneWhoseAccumulatorIsAwayFails() {
        accumulator = (organization, space, consumers, windows, reader) -> {
            throw Problem.unavailable("accumulator_unavailable", "The accumulator is not available.", Duration.ZERO);
        };
        assertThatThrownBy(this::report).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(problem.code()).isEqualTo("accumulator_unavailable"));
    }

    @Test
    void oneThatIsTooLargeFails() {
        assertThatThrownBy(() -> report(100_000)).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(problem.code()).isEqualTo("report_too_large"));
    }

    @Test
    void oneThatItsCallerDoesNotTakeIsClosed() throws IOException {
        try (Report report = report()) {
            assertThat(report.length()).isGreaterThan(MEMORY);
            assertThatThrownBy(() -> report.copyTo(new Closed())).isInstanceOf(IOException.class);
            report.copyTo(OutputStream.nullOutputStream());
        }
    }

    /** More in one another's way than there is memory for. */
    @Test
    void someAtATimeAreAllWhole() {
        try (Report first = report(); Report second = report(); Report third = report()) {
            assertThat(List.of(second.length(), third.length())).containsOnly(first.length());
        }
    }

    private static final class Closed extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            throw new IOException("the caller has gone");
        }
    }

    /** Ends after so many lines, if it is to. */
    private final class InMemory implements Aggregator {

        private int ends = Integer.MAX_VALUE;

        @Override
        public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels) {
            return new OrganizationDocuments(ledger.organization(windows), null);
        }

        @Override
        public void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines) {
            int left = ends;
            for (var consumer : ledger.consumers(spaceId, windows).entrySet()) {
                if (left-- == 0) {
                    throw new IllegalStateException("cut");
                }
                lines.line(() -> new ConsumerDocuments(consumer.getKey(), consumer.getValue()));
            }
            lines.complete();
        }

        @Override
        public Map<String, PlanVersion> plans(Collection<String> ids) {
            return ledger.plans();
        }
    }
}
