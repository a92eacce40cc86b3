package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
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
            SortedMap<String, Levels.Running> oneByOne = new TreeMap<>();
            METRICS.stream().filter(metric -> random.nextBoolean())
                    .forEach(metric -> oneByOne.put(metric, new Levels.Running(terms(random), level(metric, 9))));
            Levels opening = Levels.of(List.copyOf(oneByOne.values()));
            List<OpenEntry> entries = IntStream.range(0, random.nextInt(12)).mapToObj(time -> entry(random, time)).toList();
            for (int i = 0; i < entries.size(); i++) {
                take(oneByOne, entries.get(i));
                assertThat(opening.after(entries.subList(0, i + 1)).running()).as("%s, %s", opening, entries)
                        .containsExactlyElementsOf(oneByOne.values());
            }
        }
    }

    /** The rule as it is said, one entry after the other. */
    private static void take(SortedMap<String, Levels.Running> running, OpenEntry entry) {
        running.values().removeIf(level -> entry.stops() || !level.terms().path().equals(entry.terms().path()));
        entry.levels().forEach(level -> running.put(level.metric(), new Levels.Running(entry.terms(), level)));
    }

    private static Terms terms(Random random) {
        return List.of(BASIC, BASIC, BASIC_DEARER, STANDARD).get(random.nextInt(4));
    }

    private static OpenEntry entry(Random random, long time) {
        if (random.nextInt(6) == 0) {
            return stop(time);
        }
        // Sometimes a metric twice: the later one counts.
        List<Level> levels = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> level(METRICS.get(random.nextInt(METRICS.size())), random.nextInt(3))).toList();
        return new OpenEntry(time, Kind.LEVEL, null, terms(random), levels);
    }
}
