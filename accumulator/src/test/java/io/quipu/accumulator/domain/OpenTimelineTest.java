package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTimelineTest {

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
        return new OpenEntry(time, Kind.STOP, null, null, List.of());
    }

    private static Level level(String metric, long quantity, String price) {
        return new Level(metric, BigDecimal.valueOf(quantity), price == null ? null : new BigDecimal(price));
    }

    private static LevelChange change(long time, Terms terms, String metric, String change, String cost) {
        return new LevelChange(time, terms.path(), terms.plan(), terms.currency(), metric, new BigDecimal(change),
                new BigDecimal(cost));
    }

    private static List<LevelChange> take(OpenTimeline timeline, OpenEntry entry) {
        List<LevelChange> changes = timeline.changes(entry, null);
        timeline.accept(timeline.watermark().position() + 1, entry);
        return changes;
    }

    /** The sum of all changes by time, terms and metric, without those that come to nothing. */
    private static Map<String, String> sums(List<LevelChange> changes) {
        Map<String, BigDecimal[]> sums = new TreeMap<>();
        changes.forEach(change -> {
            BigDecimal[] sum = sums.computeIfAbsent(change.time() + " " + change.plan() + " " + change.metric(),
                    key -> new BigDecimal[] {BigDecimal.ZERO, BigDecimal.ZERO});
            sum[0] = Decimals.add(sum[0], change.change());
            sum[1] = Decimals.add(sum[1], change.cost());
        });
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (sum[0].signum() != 0 || sum[1].signum() != 0) {
                texts.put(key, Decimals.plain(sum[0]) + " " + Decimals.plain(sum[1]));
            }
        });
        return texts;
    }

    @Test
    void whatComesInOrderChangesTheLevelAtItsOwnTime() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());

        assertThat(take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, "0.5"))))
                .containsExactly(change(100, BASIC, "memory", "2", "1"));
        assertThat(take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 3, "0.5"))))
                .containsExactly(change(200, BASIC, "memory", "1", "0.5"));
        assertThat(take(timeline, stop(300))).containsExactly(change(300, BASIC, "memory", "-3", "-1.5"));
        assertThat(take(timeline, stop(400))).isEmpty();
    }

    @Test
    void aStopThatComesFirstEndsWhatBeginsBeforeIt() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());

        assertThat(take(timeline, stop(500))).isEmpty();
        assertThat(take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, null)))).containsExactly(
                change(100, BASIC, "memory", "2", "0"), change(500, BASIC, "memory", "-2", "0"));
    }

    @Test
    void whatComesLateEndsWhereTheNextBegins() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, "1")));
        take(timeline, set(300, Kind.LEVEL, null, BASIC, level("memory", 5, "1")));

        assertThat(timeline.changes(set(200, Kind.LEVEL, null, BASIC, level("memory", 7, "1")), null)).containsExactly(
                change(200, BASIC, "memory", "5", "5"), change(300, BASIC, "memory", "-5", "-5"));
        assertThat(timeline.changes(set(200, Kind.START, null, BASIC, level("memory", 2, "1")), null)).isEmpty();
    }

    @Test
    void aStopTakesOffJustWhatItsStartAddedWhateverHasHappenedToThePrice() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        Terms changed = new Terms(BASIC.path(), "another version", "USD");
        take(timeline, set(100, Kind.START, null, BASIC, level("memory", 3, "0.3333333333333333333333333333333333")));
        assertThat(take(timeline, set(200, Kind.LEVEL, null, changed, level("memory", 3, "7")))).containsExactly(
                change(200, BASIC, "memory", "-3", "-0.9999999999999999999999999999999999"),
                change(200, changed, "memory", "3", "21"));
        assertThat(take(timeline, stop(300))).containsExactly(change(300, changed, "memory", "-3", "-21"));
    }

    @Test
    void anotherPlanEndsAllThatRanUnderTheOneBefore() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null), level("memory", 2, null)));

        assertThat(take(timeline, set(200, Kind.LEVEL, null, STANDARD, level("memory", 2, "1")))).containsExactly(
                change(200, BASIC, "disk", "-1", "0"), change(200, BASIC, "memory", "-2", "0"),
                change(200, STANDARD, "memory", "2", "2"));
    }

    @Test
    void whatAnEntryDoesNotNameGoesOn() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null), level("memory", 2, null)));

        assertThat(take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 4, null))))
                .containsExactly(change(200, BASIC, "memory", "2", "0"));
        assertThat(take(timeline, stop(300))).containsExactly(
                change(300, BASIC, "disk", "-1", "0"), change(300, BASIC, "memory", "-4", "0"));
    }

    @Test
    void atOneTimeAStartRunsAndTheGreatestIdDecidesBetweenLevels() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, "s", BASIC, level("memory", 2, null)));
        assertThat(take(timeline, stop(100))).isEmpty();
        take(timeline, set(100, Kind.LEVEL, "b", BASIC, level("memory", 9, null)));
        assertThat(take(timeline, set(100, Kind.LEVEL, "a", BASIC, level("memory", 5, null)))).isEmpty();
    }

    /** Five events, equal times among them, another plan, a stop before its start and what runs already. */
    @Test
    void everyOneOf120OrdersOfFiveEventsGivesTheSameSums() {
        List<OpenEntry> events = List.of(
                set(1_000, Kind.START, "a", BASIC, level("memory", 2, "0.5")),
                set(2_000, Kind.START, "b", BASIC, level("memory", 2, "0.7"), level("disk", 10, null)),
                stop(3_000),
                set(3_000, Kind.START, null, STANDARD, level("memory", 1, "0.1")),
                set(2_500, Kind.LEVEL, null, BASIC, level("memory", 4, "0.7")));
        List<List<OpenEntry>> orders = orders(events);
        assertThat(orders).hasSize(120);

        Map<String, String> expected = Map.of(
                "1000 version of basic memory", "2 1", "2000 version of basic memory", "0 0.4",
                "2000 version of basic disk", "10 0", "2500 version of basic memory", "2 1.4",
                "3000 version of basic memory", "-4 -2.8", "3000 version of basic disk", "-10 0",
                "3000 version of standard memory", "1 0.1");
        for (List<OpenEntry> order : orders) {
            OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
            List<LevelChange> changes = new ArrayList<>();
            order.forEach(event -> changes.addAll(take(timeline, event)));
            assertThat(sums(changes)).as("%s", order).isEqualTo(expected);
        }
    }

    private static List<List<OpenEntry>> orders(List<OpenEntry> events) {
        if (events.isEmpty()) {
            return List.of(List.of());
        }
        List<List<OpenEntry>> orders = new ArrayList<>();
        for (OpenEntry first : events) {
            List<OpenEntry> others = new ArrayList<>(events);
            others.remove(first);
            orders(others).forEach(rest -> {
                List<OpenEntry> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            });
        }
        return orders;
    }

    /** Random entries in a random order; each is stored in between, and what is older than all that follows is dropped. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatAllChangesAddUpToIsWhatTheEntriesSayInTheirOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<OpenEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                entries.add(entry(random));
            }
            // in a random order, but none comes more than ten after one that is later
            List<OpenEntry> arrivals = new ArrayList<>(entries);
            Map<OpenEntry, Long> arrival = new IdentityHashMap<>();
            arrivals.forEach(entry -> arrival.put(entry, entry.time() + random.nextInt(10)));
            Collections.shuffle(arrivals, random);
            arrivals.sort(Comparator.comparingLong(arrival::get));

            List<LevelChange> changes = new ArrayList<>();
            Optional<Timeline> stored = Optional.empty();
            for (OpenEntry entry : arrivals) {
                OpenTimeline timeline = new OpenTimeline(KEY, stored);
                changes.addAll(take(timeline, entry));
                Long horizon = random.nextBoolean() ? null : arrival.get(entry) - 10;
                stored = Optional.of(timeline.sealed(-1, horizon));
            }
            assertThat(sums(changes)).as("seed %s, round %s: %s", seed, round, arrivals)
                    .isEqualTo(sums(jumps(entries)));
        }
    }

    private static OpenEntry entry(Random random) {
        long time = random.nextInt(30);
        Kind kind = Kind.values()[random.nextInt(3)];
        if (kind == Kind.STOP) {
            return stop(time);
        }
        List<Level> levels = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            levels.add(level("disk", random.nextInt(3), null));
        }
        if (levels.isEmpty() || random.nextBoolean()) {
            levels.add(level("memory", random.nextInt(3), "0." + (1 + random.nextInt(2))));
        }
        return new OpenEntry(time, kind, random.nextBoolean() ? null : "" + random.nextInt(2),
                random.nextInt(4) == 0 ? STANDARD : BASIC, levels);
    }

    /** The changes from entry to entry, in the order in which they take effect, written down once more. */
    private static List<LevelChange> jumps(List<OpenEntry> entries) {
        List<OpenEntry> sorted = new ArrayList<>(entries);
        Collections.sort(sorted);
        List<LevelChange> changes = new ArrayList<>();
        Map<String, Level> running = new TreeMap<>();
        Terms under = null;
        for (OpenEntry entry : sorted) {
            Map<String, Level> next = new TreeMap<>();
            if (entry.terms() != null && entry.terms().equals(under)) {
                next.putAll(running);
            }
            entry.levels().forEach(level -> next.put(level.metric(), level));
            for (Level level : running.values()) {
                changes.add(signed(entry.time(), under, level, -1));
            }
            for (Level level : next.values()) {
                changes.add(signed(entry.time(), entry.terms(), level, 1));
            }
            running = next;
            under = entry.terms();
        }
        return changes;
    }

    private static LevelChange signed(long time, Terms terms, Level level, int sign) {
        BigDecimal price = level.price() == null ? BigDecimal.ZERO : level.price();
        return change(time, terms, level.metric(), level.quantity().multiply(BigDecimal.valueOf(sign)).toPlainString(),
                level.quantity().multiply(price).multiply(BigDecimal.valueOf(sign)).toPlainString());
    }

    @Test
    void whatIsOlderThanTheHorizonIsDroppedButForWhatRuns() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null)));
        take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 2, "3")));
        take(timeline, set(300, Kind.LEVEL, null, BASIC, level("memory", 5, "3")));

        Timeline sealed = timeline.sealed(-1, 300L);

        assertThat(sealed.entries()).extracting(Timeline.Entry::time).containsExactly(300L);
        assertThat(sealed.terms()).containsExactly(BASIC);
        assertThat(sealed.opening()).extracting(Timeline.TermedLevel::level)
                .containsExactly(level("disk", 1, null), level("memory", 2, "3"));
    }

    @Test
    void aTimelineHasRoomForOnlySoManyEntriesAndForAsManyStops() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            timeline.accept(i, stop(i));
        }
        OpenEntry start = set(5_000, Kind.START, null, BASIC, level("memory", 1, null));

        assertThatThrownBy(() -> timeline.changes(start, null)).isInstanceOfSatisfying(MeteringException.class,
                refused -> assertThat(refused.code()).isEqualTo("too_many_levels"))
                .hasMessageContaining("the limits are 2000 and 20000");
        assertThat(timeline.changes(stop(5_000), null)).isEmpty();
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            timeline.accept(5_000 + i, stop(5_000 + i));
        }
        assertThatThrownBy(() -> timeline.changes(stop(9_000), null)).isInstanceOf(MeteringException.class);
    }

    /** What is stored depends on how a batch was split; what is decided must not. */
    @Test
    void whatNoUsageCanPrecedeTakesNoRoomWhetherOrNotItIsStillThere() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            timeline.accept(i, stop(i));
        }
        OpenEntry start = set(5_000, Kind.START, null, BASIC, level("memory", 1, null));

        assertThat(timeline.changes(start, 1L)).hasSize(1);
        assertThat(new OpenTimeline(KEY, Optional.of(timeline.sealed(-1, 1L))).changes(start, 1L)).hasSize(1);
    }

    @Test
    void aTimelineOfAnotherInstanceIsRefused() {
        Timeline other = new OpenTimeline(new TimelineKey(KEY.consumer(), "linux-container", "another"), Optional.empty())
                .sealed(-1, null);

        assertThatThrownBy(() -> new OpenTimeline(KEY, Optional.of(other))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another document has the key");
    }
}
