package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.domain.Timeline;
import io.quipu.accumulator.domain.Timeline.Entry;
import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.LevelMonths;
import io.quipu.accumulator.domain.Timeline.MonthChange;
import io.quipu.accumulator.domain.Timeline.TermedLevel;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.accumulator.domain.TimelineMonths;
import io.quipu.common.stage.Watermark;
import io.quipu.common.store.Document;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of timelines without their entries. */
class RunningTimelinesTest {

    private static final PlanPath PATH = new PlanPath("basic", "m", "r", "p");

    private static Timeline timeline(String id, int entries, List<LevelMonths> months) {
        Level level = new Level("memory" + id, new BigDecimal("2.5"), new BigDecimal("0.00014"));
        return new Timeline(Timeline.VERSION, "o" + id, "s" + id, "c" + id, "r" + id, "i" + id, Watermark.NONE,
                List.of(new Terms(PATH, "plan" + id, "USD")), List.of(new TermedLevel(0, level, 7L)), 7L,
                IntStream.range(0, entries).mapToObj(i -> new Entry(1_000L + i, Event.Kind.LEVEL, "e" + i + id, 0, List.of(level)))
                        .toList(), months, months == null ? null : 5L, 9L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"entries\":[", "],\"months\":[", "\\\"],\"months\":[{}],", "]", "é漢😀", "\\"})
    void theMonthsAreThoseOfTheWholeDocument(String id) {
        for (int entries : List.of(0, 1, 100)) {
            for (List<LevelMonths> months : List.of(List.<LevelMonths>of(), List.of(new LevelMonths(0, "memory" + id,
                    List.of(new MonthChange(Window.parse("2026-10"), new BigDecimal("2.5"))))))) {
                Timeline whole = timeline(id, entries, months);
                assertThat(read(whole)).isEqualTo(Json.read(Json.write(whole), TimelineMonths.class));
                assertThat(read(whole).levels(PATH)).isEqualTo(TimelineMonths.of(whole).levels(PATH));
            }
            Timeline older = timeline(id, entries, null);
            assertThat(read(older)).isEqualTo(TimelineMonths.of(older));
        }
    }

    private static TimelineMonths read(Timeline whole) {
        String key = whole.key().document();
        return RunningTimelines.months(key, new Document(key, 1, Json.write(whole)));
    }
}
