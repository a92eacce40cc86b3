package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.lease.Leases;
import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.Samples;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PipelineLifecycleTest {

    private final FaultyStore store = new FaultyStore();
    private final FoldingStage stage = new FoldingStage();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(LogConfiguration.class)
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(DocumentStore.class, () -> store)
            .withBean(NextStage.class, () -> stage)
            .withBean(PlanVersions.class, () -> id -> Optional.of(Samples.PLAN))
            .withBean(RunningSource.class, Reconciling.NONE::running)
            .withBean(StopPins.class, Reconciling.NONE::pins);

    @Test
    void stopFinishesTheBatchInFlightAndRefusesMore() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        stage.before = (call, batch) -> {
            entered.countDown();
            await(release);
        };
        StoredUsageLog[] kept = new StoredUsageLog[1];
        int partition = 17;
        runner.run(context -> {
            StoredUsageLog log = context.getBean(StoredUsageLog.class);
            kept[0] = log;
            assertThat(context.getBean(PipelineLifecycle.class).isRunning()).isTrue();
            long end = System.currentTimeMillis();
            List<Appended> outcome = log.append(partition, List.of(Samples.usage("a", end, "1")))
                    .get(10, TimeUnit.SECONDS);
            assertThat(outcome).hasSize(1).hasOnlyElementsOfType(Appended.Accepted.class);
            await(entered);
            CompletableFuture<Void> stop = CompletableFuture.runAsync(context.getBean(PipelineLifecycle.class)::stop);
            release.countDown();
            stop.get(10, TimeUnit.SECONDS);
        });

        assertThat(stage.folded).hasSize(1);
        assertThat(kept[0].documents().cursor(partition).document().sequence()).isEqualTo(1);
        assertThat(kept[0].append(partition, List.of(Samples.usage("b")))
                .handle((ok, e) -> ((LogUnavailableException) e).code()).get()).isEqualTo("stopping");
    }

    @Test
    void stopDoesNotWaitForEverForAStageThatDoesNotAnswer() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        stage.before = (call, batch) -> {
            entered.countDown();
            await(never);
        };
        runner.withPropertyValues("quipu.drain=PT0.05S").run(context -> {
            StoredUsageLog log = context.getBean(StoredUsageLog.class);
            log.append(0, List.of(Samples.usage("a", System.currentTimeMillis(), "1"))).get(10, TimeUnit.SECONDS);
            await(entered);
            CompletableFuture.runAsync(context.getBean(PipelineLifecycle.class)::stop).get(10, TimeUnit.SECONDS);
            assertThat(log.documents().cursor(0).document().sequence()).isZero();
            never.countDown();
        });
    }

    @Test
    void usageLeftByAProcessBeforeIsDrivenAtStart() {
        stage.before = (call, batch) -> {
            throw new IllegalStateException("not today");
        };
        runner.run(context -> context.getBean(StoredUsageLog.class)
                .append(5, List.of(Samples.usage("a", System.currentTimeMillis(), "1"))).get(10, TimeUnit.SECONDS));
        CountDownLatch folded = new CountDownLatch(1);
        stage.before = (call, batch) -> { };
        stage.after = (call, batch) -> folded.countDown();

        runner.run(context -> await(folded));

        assertThat(stage.folded).hasSize(1);
    }

    @Test
    void onASharedStoreItEntersTheLeasesAndLeavesThemLast() {
        runner.withPropertyValues("quipu.store=couchbase").run(context -> {
            StoredUsageLog log = context.getBean(StoredUsageLog.class);
            assertThat(leases().instances()).hasSize(1);
            assertThat(log.held().count(64)).isEqualTo(64);
            log.append(3, List.of(Samples.usage("a", System.currentTimeMillis(), "1"))).get(10, TimeUnit.SECONDS);
            context.getBean(PipelineLifecycle.class).stop();
            assertThat(leases().instances()).isEmpty();
        });
    }

    private Leases leases() {
        return Json.read(store.get(Keys.leases()).orElseThrow().content(), Leases.class);
    }

    @Test
    void otherStoresHaveNoLeases() {
        runner.run(context -> assertThat(context.getBean(StoredUsageLog.class).held().count(64)).isEqualTo(64));
        assertThat(store.get(Keys.leases())).isEmpty();
    }

    @Test
    void timesThatDoNotFitFailTheStart() {
        runner.withPropertyValues("quipu.lease.patience=PT3S").run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("quipu.lease.patience"));
        runner.withPropertyValues("quipu.lease.beat=PT0S").run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("quipu.lease.beat"));
        runner.withPropertyValues("quipu.signal.interval=PT0S").run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("quipu.signal.interval"));
        runner.withPropertyValues("quipu.signal.poll=PT0.01S").run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("quipu.signal.poll"));
    }

    @Test
    void anotherNumberOfPartitionsFailsTheStart() {
        runner.run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues("quipu.partitions=32").run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("Set quipu.partitions to 64"));
    }

    @Test
    void whereTheStoreIsAwayAtTheStartUsageIsRefusedUntilItIsThere() {
        store.faults((call, write, keys) -> FaultyStore.Fault.FAIL_BEFORE);
        CountDownLatch folded = new CountDownLatch(1);
        stage.after = (call, batch) -> folded.countDown();
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            StoredUsageLog log = context.getBean(StoredUsageLog.class);
            assertThat(log.append(3, List.of(Samples.usage("a"))).handle((ok, e) -> ((LogUnavailableException) e).code()).get())
                    .isEqualTo("store_unavailable");
            store.noFaults();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (log.append(3, List.of(Samples.usage("a", System.currentTimeMillis(), "1"))).handle((ok, e) -> e).get() != null) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            await(folded);
        });
    }

    @Test
    void whatCannotBeStartedLateRefusesUsageAndIsTriedAgain() {
        store.faults((call, write, keys) -> FaultyStore.Fault.FAIL_BEFORE);
        CountDownLatch tried = new CountDownLatch(2);
        runner.withPropertyValues("quipu.store=couchbase").run(context -> {
            StoredUsageLog log = context.getBean(StoredUsageLog.class);
            store.noFaults();
            store.apply(new Write.Insert(Keys.leases(), "{\"version\":99,\"instances\":[]}".getBytes(StandardCharsets.UTF_8)));
            store.faults((call, write, keys) -> {
                if (keys.contains(Keys.leases())) {
                    tried.countDown();
                }
                return FaultyStore.Fault.NONE;
            });
            await(tried);
            assertThat(log.append(3, List.of(Samples.usage("a"))).handle((ok, e) -> ((LogUnavailableException) e).code()).get())
                    .isEqualTo("store_unavailable");
            store.apply(new Write.Remove(Keys.leases(), store.get(Keys.leases()).orElseThrow().version()));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (log.append(3, List.of(Samples.usage("a", System.currentTimeMillis(), "1"))).handle((ok, e) -> e).get() != null) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertThat(leases().instances()).hasSize(1);
        });
    }

    @Test
    void settingsHaveTheirDefaults() {
        runner.run(context -> {
            PipelineProperties properties = context.getBean(PipelineProperties.class);
            assertThat(context.getBean(Lateness.class))
                    .isEqualTo(new Lateness(Duration.ofHours(48), Duration.ofMinutes(10)));
            assertThat(properties.backlog().max()).isEqualTo(1_000_000);
            assertThat(properties.log().retention()).isEqualTo(Duration.ofDays(400));
            assertThat(properties.drain()).isEqualTo(Duration.ofSeconds(2));
            assertThat(properties.append().threads()).isEqualTo(1);
            assertThat(properties.drive().threads()).isEqualTo(3);
            assertThat(properties.drive().backoffFirst()).isEqualTo(Duration.ofMillis(200));
            assertThat(properties.breaker().open()).isEqualTo(Duration.ofSeconds(5));
        });
        runner.withPropertyValues("quipu.slack=P4000D").run(context -> assertThat(context.getBean(Lateness.class).slack())
                .isEqualTo(Duration.ofDays(4_000)));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
