package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Crash;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.usage.Position;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every call to the store and to the next stage, one at a time, fails or dies before or after its effect. */
class DriverCrashTest {

    private static final int MAX_CALLS = 60;

    /** What each story begins with. */
    private static final FaultyStore WRITTEN = new FaultyStore();

    /** One story: three segments with duplicates and a rejected usage, more than one batch. */
    private static final class Story {
        final FaultyStore store = WRITTEN.copy();
        final FoldingStage stage = new FoldingStage();
        int calls;

        Story() {
            stage.rejects = usage -> usage.position() == 3;
        }

        /** Drives with processes that are started again whenever they die, and checks the end. */
        int run(String what, int deathsExpected) {
            int deaths = 0;
            while (true) {
                Collector collector = new Collector(store);
                Pipeline pipeline = new Pipeline(collector, stage);
                try {
                    pipeline.drivers.wake(0);
                    pipeline.finish();
                    break;
                } catch (Crash crash) {
                    deaths++;
                }
            }
            calls = store.calls();
            store.noFaults();
            assertThat(deaths).as(what).isLessThanOrEqualTo(deathsExpected);
            List<Long> expected = new ArrayList<>(List.of(0L, 1L));
            IntStream.range(0, 600).forEach(i -> expected.add(Position.of(1, i)));
            expected.add(Position.of(2, 1));
            assertThat(stage.positions()).as(what).isEqualTo(expected);
            Collector reader = new Collector(store);
            assertThat(reader.log.documents().cursor(0).document().position()).as(what).isEqualTo(Position.of(2, 1));
            assertThat(reader.log.documents().cursor(0).document().sequence()).as(what).isEqualTo(606);
            assertThat(reader.log.documents().rejection(0, 3)).as(what).isPresent();
            assertThat(reader.log.documents().rejection(0, 2)).as(what).isEmpty();
            return deaths;
        }
    }

    @BeforeAll
    static void write() {
        Collector writer = new Collector(WRITTEN);
        writer.append("a", "b", "a", "rejected");
        writer.append(IntStream.range(0, 600).mapToObj(i -> Samples.usage("n" + i)).toArray(LoggedUsage[]::new));
        writer.append("b", "c");
    }

    /** How many calls a story makes of which none fails: no first fault can come later. */
    private static int calls() {
        Story story = new Story();
        story.store.noFaults();
        story.run("no fault", 0);
        assertThat(story.calls).isBetween(12, MAX_CALLS);
        return story.calls;
    }

    @Test
    void usageIsDeliveredOnceAndInOrderWhicheverStoreCallFails() {
        int calls = calls();
        int deaths = 0;
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE))) {
            for (int at = 0; at < calls; at++) {
                Story story = new Story();
                int fail = at;
                story.store.faults((call, write, keys) -> call == fail ? fault : Fault.NONE);
                deaths += story.run(fault + " at store call " + at, 1);
            }
        }
        assertThat(deaths).isGreaterThan(20);
    }

    @Test
    void usageIsDeliveredOnceAndInOrderWhicheverTwoStoreCallsFail() {
        int calls = Math.min(20, calls());
        for (Fault first : List.of(Fault.CRASH_AFTER, Fault.CRASH_HALFWAY, Fault.FAIL_AFTER)) {
            for (int one = 0; one < calls; one++) {
                for (int two = one + 1; two < 25; two++) {
                    Story story = new Story();
                    int a = one;
                    int b = two;
                    story.store.faults((call, write, keys) -> call == a ? first
                            : call == b ? Fault.CRASH_BEFORE : Fault.NONE);
                    story.run(first + " at " + one + ", crash at " + two, 2);
                }
            }
        }
    }

    @Test
    void usageIsDeliveredOnceAndInOrderWhicheverSendFails() {
        List<Consumer<String>> failures = List.of(
                what -> {
                    throw new Crash();
                },
                what -> {
                    throw new StageUnavailableException(what, null);
                },
                what -> {
                    throw new IllegalStateException(what);
                });
        for (Consumer<String> failure : failures) {
            for (int at = 0; at < 3; at++) {
                for (boolean before : List.of(true, false)) {
                    Story story = new Story();
                    int fail = at;
                    BiConsumer<Integer, Object> thrower = (call, batch) -> {
                        if (call == fail) {
                            failure.accept("send " + call);
                        }
                    };
                    if (before) {
                        story.stage.before = thrower::accept;
                    } else {
                        story.stage.after = thrower::accept;
                    }
                    story.run("send " + at + (before ? " before" : " after"), 1);
                }
            }
        }
    }
}
