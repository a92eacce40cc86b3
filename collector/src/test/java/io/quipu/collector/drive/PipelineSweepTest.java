package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.ManualExecutor;
import io.quipu.collector.log.Samples;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.usage.Keys;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PipelineSweepTest {

    private static final int PARTITIONS = 64;

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store, PARTITIONS, 1_000_000, Duration.ofDays(10));
    private final Pipeline pipeline = new Pipeline(collector, new FoldingStage());
    private final ManualExecutor trimming = new ManualExecutor();
    private final PipelineSweep sweep = new PipelineSweep(collector.log, pipeline.drivers, trimming,
            Sharing.none(collector.log, pipeline.drivers), PipelineSweep.Pace.of(Duration.ofMinutes(1), PARTITIONS));

    /** How often each cursor is read in so many minutes. */
    private Map<String, Integer> cursorsRead(int minutes) {
        Map<String, Integer> read = new HashMap<>();
        store.faults((call, write, keys) -> {
            keys.stream().filter(key -> !write && key.startsWith("cursor/")).forEach(key -> read.merge(key, 1, Integer::sum));
            return Fault.NONE;
        });
        for (int minute = 0; minute < minutes; minute++) {
            sweep.run();
            collector.executor.runAll();
            pipeline.run();
        }
        return read;
    }

    private void start() {
        sweep.start();
        collector.executor.runAll();
        pipeline.run();
    }

    @Test
    void eachPartitionIsLookedAtOnceInTenMinutesSomeAtATime() {
        start();
        int most = 0;
        Map<String, Integer> all = new HashMap<>();
        for (int minute = 0; minute < 10; minute++) {
            Map<String, Integer> read = cursorsRead(1);
            most = Math.max(most, read.size());
            read.forEach((key, times) -> all.merge(key, times, Integer::sum));
        }
        assertThat(all).hasSize(PARTITIONS).allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
        assertThat(most).isLessThanOrEqualTo(7);
    }

    @Test
    void partitionIsTrimmedOnceAnHourAndOnlyIfItWasDrivenMeanwhile() {
        start();
        cursorsRead(60);
        assertThat(trimming.waiting()).as("each once after the start").isEqualTo(PARTITIONS);
        trimming.runAll();
        cursorsRead(60);
        assertThat(trimming.waiting()).as("nothing has moved").isZero();

        collector.append("a");
        collector.append("b");
        pipeline.run();
        cursorsRead(60);
        assertThat(trimming.waiting()).isEqualTo(1);
    }

    @Test
    void trimmingGoesOnAsLongAsThereIsSomethingToRemove() {
        start();
        for (int i = 0; i < 350; i++) {
            collector.append(Samples.usage("u" + i, collector.clock.millis(), "1"));
        }
        collector.clock.advance(Duration.ofDays(11));
        collector.append(Samples.usage("last", collector.clock.millis(), "1"));
        pipeline.run();
        cursorsRead(60);
        trimming.runAll();

        assertThat(LongStream.range(0, 351).filter(n -> store.documents().containsKey(Keys.segment(0, n)))).containsExactly(350L);
    }

    @Test
    void whatCouldNotBeTrimmedIsTrimmedWithItsNextTurn() {
        start();
        cursorsRead(60);
        store.faults((call, write, keys) -> Fault.FAIL_BEFORE);
        trimming.runAll();
        cursorsRead(60);
        assertThat(trimming.waiting()).isEqualTo(PARTITIONS);
        sweep.stop();
        trimming.runAll();
        sweep.run();
        assertThat(trimming.waiting()).isZero();
    }

    @Test
    void ofVeryManyPartitionsOneIsLookedAtInFiveSeconds() {
        assertThat(PipelineSweep.Pace.of(Duration.ofMinutes(1), 1_024))
                .isEqualTo(new PipelineSweep.Pace(Duration.ofMinutes(1), Duration.ofSeconds(5_120), Duration.ofSeconds(30_720)));
    }
}
