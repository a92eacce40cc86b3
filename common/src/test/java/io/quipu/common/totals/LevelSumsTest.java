package io.quipu.common.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelSumsTest {

    private static final Window HOUR = Window.parse("2026-11-21T05");
    private static final BigDecimal TWO = new BigDecimal("2");

    private static LevelSums change(long after, String change, String cost) {
        return LevelSums.of(HOUR, HOUR.from() + after, new BigDecimal(change), new BigDecimal(cost));
    }

    @Test
    void aChangeCountsFromItsTimeOn() {
        LevelSums sums = change(1_000, "2", "0.5").plus(change(3_000, "-1", "-0.5"));

        assertThat(sums.change()).isEqualByComparingTo("1");
        assertThat(sums.last()).isEqualTo(HOUR.from() + 3_000);
        assertThat(sums.area(HOUR, BigDecimal.ZERO, HOUR.from() + 3_000)).isEqualByComparingTo("4000");
        assertThat(sums.area(HOUR, BigDecimal.ZERO, HOUR.from() + 10_000)).isEqualByComparingTo("11000");
        assertThat(sums.area(HOUR, TWO, HOUR.from() + 10_000)).isEqualByComparingTo("31000");
        assertThat(sums.costArea(BigDecimal.ZERO, LevelSums.elapsed(HOUR, HOUR.from() + 10_000))).isEqualByComparingTo("1000");
    }

    @Test
    void nothingCountsBeforeTheWindowBeginsOrAfterItEnds() {
        assertThat(LevelSums.NONE.area(HOUR, TWO, HOUR.from() - 1)).isEqualByComparingTo("0");
        assertThat(LevelSums.NONE.area(HOUR, TWO, HOUR.to() + 1)).isEqualByComparingTo("7200000");
    }

    @Test
    void aChangeOfAnotherWindowIsRefused() {
        assertThatThrownBy(() -> LevelSums.of(HOUR, HOUR.to(), TWO, TWO)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Compared with a level that is added up millisecond by millisecond. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theAreaIsTheSumOfTheLevelAtEachMillisecond(long seed) {
        Random random = new Random(seed);
        int length = 200;
        long[] level = new long[length];
        long opening = random.nextInt(5);
        LevelSums sums = LevelSums.NONE;
        for (int i = random.nextInt(10); i >= 0; i--) {
            int at = random.nextInt(length);
            int change = random.nextInt(7) - 3;
            sums = sums.plus(change(at, "" + change, "0"));
            for (int ms = at; ms < length; ms++) {
                level[ms] += change;
            }
        }
        long area = 0;
        for (int ms = 0; ms < length; ms++) {
            area += level[ms] + opening;
            if (HOUR.from() + ms + 1 >= sums.last()) {
                assertThat(sums.area(HOUR, BigDecimal.valueOf(opening), HOUR.from() + ms + 1))
                        .isEqualByComparingTo(BigDecimal.valueOf(area));
            }
        }
    }
}
