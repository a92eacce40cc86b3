package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LevelsTest {

    private static final Terms BASIC = terms("basic", "v1");
    private static final Terms BASIC_DEARER = terms("basic", "v2");
    private static final Terms STANDARD = terms("standard", "v1");
    private static final List<String> METRICS = List.of("cpu", "disk", "memory");

    private static Terms terms(String plan, String version) {
        return new Terms(new PlanPath(plan, "m", "r", "p"), version, "USD");
    }

    private static Level level(String metric, long quantity) {
        return new Level(metric, BigDecimal.valueOf(quantity), BigDecimal.ONE);
    }

    private static OpenEntry set(long time, Terms terms, Level... levels) {
        return new OpenEntry(time, Kind.LEVEL, null, terms, List.of(levels));
    }

    private static OpenEntry stop(long time) {
        return new OpenEntry(time, Kind.STOP, null, null, List.of());
    }

    private static List<Levels.Running> running(OpenEntry... entries) {
        return Levels.of(List.of(new Levels.Running(BASIC, level("cpu", 9)))).after(List.of(entries)).running();
    }

    @Test
    void whatIsNotNamedGoesOn() {
        assertThat(running(set(1, BASIC, level("memory", 1)), set(2, BASIC_DEARER, level("memory", 2), level("disk", 3))))
                .containsExactly(new Levels.Running(BASIC, level("cpu", 9)), new Levels.Running(BASIC_DEARER, level("disk", 3)),
                        new Levels.Running(BASIC_DEARER, level("memory", 2)));
    }

    @Test
    void aStopEndsEverything() {
        assertThat(running(set(1, BASIC, level("memory", 1)), stop(2))).isEmpty();
        assertThat(running(stop(2), set(3, BASIC, level("memory", 1))))
                .containsExactly(new Levels.Running(BASIC, level("memory", 1)));
    }

    @Test
    void anotherPlanEndsEverythingEvenWhenItSetsNothing() {
        assertThat(running(set(1, STANDARD), set(2, BASIC, level("memory", 1))))
                .containsExactly(new Levels.Running(BASIC, level("memory", 1)));
        assertThat(running(set(1, BASIC, level("memory", 1)), set(2, STANDARD))).isEmpty();
    }

    @Test
    void nothingChangesWithoutEntries() {
        assertThat(running()).containsExactly(new Levels.Running(BASIC, level("cpu", 9)));
    }

    @Test
    void entriesAtOnceComeToWhatTheyComeToOneByOne() {
        Random random = new Random(5);
        for (int run = 0; run < 2_000; run++) {
            List<OpenEntry> entries = IntStream.range(0, random.nextInt(12)).mapToObj(time -> entry(random, time)).toList();
            Levels oneByOne = Levels.NONE;
            for (int i = 0; i < entries.size(); i++) {
                oneByOne = oneByOne.after(entries.get(i));
                assertThat(Levels.NONE.after(entries.subList(0, i + 1))).as("%s", entries).isEqualTo(oneByOne);
                assertThat(Levels.NONE.after(entries.subList(0, i / 2)).after(entries.subList(i / 2, i + 1))).isEqualTo(oneByOne);
            }
        }
    }

    private static OpenEntry entry(Random random, long time) {
        if (random.nextInt(6) == 0) {
            return stop(time);
        }
        List<Level> levels = new ArrayList<>();
        METRICS.stream().filter(metric -> random.nextBoolean()).forEach(metric -> levels.add(level(metric, random.nextInt(3))));
        return new OpenEntry(time, Kind.LEVEL, null, List.of(BASIC, BASIC, BASIC_DEARER, STANDARD).get(random.nextInt(4)), levels);
    }
}
