package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningInstance.RunningLevel;
import io.quipu.common.running.Unlisted;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CourseTest {

    private static final TimelineKey KEY = new TimelineKey(new Consumer("o", "s", "c"), "linux-container", "i");
    private static final Terms BASIC = terms("basic");
    private static final Terms STANDARD = terms("standard");

    private static Terms terms(String plan) {
        return new Terms(new PlanPath(plan, "m", "r", "p"), "version of " + plan, "USD");
    }

    private static OpenEntry set(long time, Kind kind, String id, Terms terms, Level... levels) {
        return new OpenEntry(time, kind, id, terms, List.of(levels));
    }

    private static OpenEntry stop(long time) {
        return set(time, Kind.STOP, null, null);
    }

    private static Level level(String metric, long quantity, String price) {
        return new Level(metric, BigDecimal.valueOf(quantity), price == null ? null : new BigDecimal(price));
    }

    private static RunningLevel running(String metric, long quantity, Long since) {
        return new RunningLevel(metric, BigDecimal.valueOf(quantity), since);
    }

    private static OpenTimeline timeline(OpenEntry... entries) {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        for (OpenEntry entry : entries) {
            accept(timeline, timeline.watermark().position() + 1, entry);
        }
        return timeline;
    }

    private static void accept(OpenTimeline timeline, long position, OpenEntry entry) {
        timeline.accept(position, 1_000 + position, entry, timeline.changes(entry, null));
    }

    private static Course course(OpenEntry... entries) {
        return Course.of(timeline(entries).sealed(-1, null));
    }

    @Test
    void anInstanceRunsWithoutABreakThroughOtherLevelsPricesAndPlans() {
        Course course = course(set(100, Kind.START, null, BASIC, level("memory", 2, "1")),
                set(200, Kind.LEVEL, null, BASIC, level("memory", 2, "5"), level("disk", 1, null)),
                set(300, Kind.LEVEL, null, BASIC, level("memory", 3, "5")),
                set(400, Kind.SNAPSHOT, null, STANDARD, level("memory", 3, "5")),
                set(500, Kind.LEVEL, null, STANDARD, level("memory", 0, "5")),
                set(600, Kind.START, null, STANDARD, level("memory", 3, "5")));

        assertThat(course.runningAt(99)).isEmpty();
        assertThat(course.runningAt(100)).contains(new RunningInstance("o", "s", "c", "linux-container", "i", BASIC.path(), 100L,
                List.of(running("memory", 2, 100L))));
        assertThat(course.runningAt(299).orElseThrow().levels()).as("another price is no change")
                .containsExactly(running("disk", 1, 200L), running("memory", 2, 100L));
        assertThat(course.runningAt(400)).as("another plan").hasValueSatisfying(instance -> {
            assertThat(instance.path()).isEqualTo(STANDARD.path());
            assertThat(instance.since()).isEqualTo(100);
            assertThat(instance.levels()).containsExactly(running("memory", 3, 300L));
        });
        assertThat(course.runningAt(500)).as("a level of zero does not run").isEmpty();
        assertThat(course.runningAt(1_000)).hasValueSatisfying(instance -> {
            assertThat(instance.since()).isEqualTo(600);
            assertThat(instance.levels()).containsExactly(running("memory", 3, 600L));
        });
    }

    @Test
    void aStopAndAStartAtOneTimeAreABreak() {
        Course course = course(set(100, Kind.START, null, BASIC, level("memory", 2, null)), stop(200),
                set(200, Kind.START, null, BASIC, level("memory", 2, null)));

        assertThat(course.runningAt(200)).hasValueSatisfying(instance -> assertThat(instance.since()).isEqualTo(200));
    }

    @Test
    void sinceWhenIsNotKnownOfADocumentThatDidNotSay() {
        String before = "{\"version\":1,\"organization_id\":\"o\",\"space_id\":\"s\",\"consumer_id\":\"c\",\"resource_id\":\"r\","
                + "\"resource_instance_id\":\"i\",\"watermark\":{\"position\":3,\"rejected\":[],\"pruned_to\":-1},\"terms\":[{\"path\":"
                + "{\"plan_id\":\"basic\",\"metering_plan_id\":\"m\",\"rating_plan_id\":\"r\",\"pricing_plan_id\":\"p\"},\"plan\":\"v\","
                + "\"currency\":\"USD\"}],\"opening\":[{\"terms\":0,\"level\":{\"metric\":\"memory\",\"quantity\":2}}],\"entries\":[]}";
        Timeline document = Json.read(before.getBytes(java.nio.charset.StandardCharsets.UTF_8), Timeline.class);

        assertThat(Course.of(document).runningAt(1)).hasValueSatisfying(instance -> {
            assertThat(instance.since()).isNull();
            assertThat(instance.levels()).containsExactly(running("memory", 2, null));
        });
        OpenTimeline next = new OpenTimeline(document.key(), Optional.of(document));
        Terms terms = document.terms().get(0);
        accept(next, 4, set(500, Kind.LEVEL, null, terms, level("memory", 3, null)));
        assertThat(Course.of(next.sealed(-1, 1_000L)).runningAt(500)).as("it has run for longer").hasValueSatisfying(instance -> {
            assertThat(instance.since()).isNull();
            assertThat(instance.levels()).containsExactly(running("memory", 3, 500L));
        });
        accept(next, 5, stop(600));
        accept(next, 6, set(700, Kind.START, null, terms, level("memory", 3, null)));
        assertThat(Course.of(next.sealed(-1, 1_000L)).runningAt(700).orElseThrow().since()).isEqualTo(700);
    }

    /** Random entries; what a timeline says of the times that are left is the same whatever was dropped, and however often. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsDroppedChangesNothingThatIsSaid(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<OpenEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                entries.add(entry(random));
            }
            Course whole = course(entries.toArray(OpenEntry[]::new));
            OpenTimeline dropping = timeline(entries.toArray(OpenEntry[]::new));
            long horizon = 0;
            for (int i = 0; i < 3; i++) {
                horizon += random.nextInt(12);
                dropping = new OpenTimeline(KEY, Optional.of(stored(dropping.sealed(-1, horizon))));
            }
            Course left = Course.of(dropping.sealed(-1, horizon));
            for (long time = Math.max(0, horizon - 1); time <= 31; time++) {
                assertThat(left.runningAt(time)).as("seed %s, round %s, %s, at %s", seed, round, entries, time)
                        .isEqualTo(whole.runningAt(time));
                if (time >= horizon) {
                    assertThat(left.atRest(time)).as("seed %s, round %s, %s, at %s", seed, round, entries, time)
                            .isEqualTo(whole.atRest(time));
                }
            }
            assertThat(left.atRest(null)).isEqualTo(left.atRest(0L));
        }
    }

    private static Timeline stored(Timeline timeline) {
        return Json.read(Json.write(timeline), Timeline.class);
    }

    private static OpenEntry entry(Random random) {
        long time = random.nextInt(30);
        Kind kind = Kind.values()[random.nextInt(Kind.COMPLETE.ordinal())];
        if (kind.stops()) {
            return set(time, kind, null, null);
        }
        List<Level> levels = new ArrayList<>();
        if (random.nextBoolean()) {
            levels.add(level("disk", random.nextInt(2), null));
        }
        levels.add(level("memory", random.nextInt(3), "0." + (1 + random.nextInt(2))));
        return new OpenEntry(time, kind, "" + random.nextInt(3), random.nextInt(4) == 0 ? STANDARD : BASIC, levels);
    }

    @Test
    void atRestIsWhatRunsNoMoreAndCannotBeChangedAnyMore() {
        OpenEntry start = set(100, Kind.START, null, BASIC, level("memory", 2, null));
        assertThat(course(start).atRest(1_000L)).as("it runs").isFalse();
        assertThat(course(start, stop(200)).atRest(200L)).as("a usage may come that is as old").isFalse();
        assertThat(course(start, stop(200)).atRest(201L)).isTrue();
        assertThat(course(start, stop(200)).atRest(null)).isFalse();
        assertThat(course(start, set(200, Kind.LEVEL, null, BASIC, level("memory", 0, null))).atRest(201L)).isTrue();
        assertThat(course().atRest(null)).isTrue();
        assertThat(Course.of(timeline(start).sealed(-1, 1_000L)).atRest(1_000L)).as("it opens running").isFalse();
    }

    @Test
    void unlistedIsWhatRanJustBeforeAndHasNoEntryOfTheSnapshot() {
        OpenEntry start = set(100, Kind.START, null, BASIC, level("memory", 2, null));
        Unlisted.Instance unlisted = new Unlisted.Instance("o", "s", "c", "basic", "i");

        assertThat(course(start).unlisted(100, "x")).as("begins at that time").isEmpty();
        assertThat(course(start).unlisted(101, "x")).contains(unlisted);
        assertThat(course(start, stop(200)).unlisted(200, "x")).as("ends at that time").isEmpty();
        assertThat(course(start, set(200, Kind.SNAPSHOT, "x", BASIC, level("memory", 1, null))).unlisted(200, "x")).isEmpty();
        assertThat(course(start, set(200, Kind.SNAPSHOT, null, BASIC, level("memory", 1, null))).unlisted(200, null)).isEmpty();
        assertThat(course(start, set(200, Kind.SNAPSHOT, "y", BASIC, level("memory", 1, null))).unlisted(200, "x"))
                .as("listed by another").contains(unlisted);
        assertThat(course(start, set(200, Kind.SNAPSHOT, "x", BASIC, level("memory", 1, null))).unlisted(201, "x"))
                .as("listed at another time").contains(unlisted);
        assertThat(course(start, OpenEntry.gone(200, "x")).unlisted(200, "x")).as("told before").isEmpty();
        assertThat(course(start, OpenEntry.gone(200, "x")).unlisted(200, "y")).as("ended by another with a smaller id").isEmpty();
        assertThat(course(start, OpenEntry.gone(200, "x")).unlisted(200, "a")).as("its own would stand before").contains(unlisted);
    }
}
