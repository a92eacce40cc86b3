package io.quipu.common.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 65535, 65535", "1, 0, 65536", "1, 1, 65537", "137438953471, 65535, 9007199254740991"})
    void segmentAndIndexArePackedAndUnpacked(long segment, int index, long position) {
        assertThat(Position.of(segment, index)).isEqualTo(position);
        assertThat(Position.segment(position)).isEqualTo(segment);
        assertThat(Position.index(position)).isEqualTo(index);
    }

    @Test
    void theLastOfASegmentComesBeforeTheFirstOfTheNext() {
        assertThat(Position.of(7, Position.MAX_INDEX) + 1).isEqualTo(Position.of(8, 0));
    }

    @Test
    void noneComesBeforeEveryPosition() {
        assertThat(Position.NONE).isLessThan(Position.of(0, 0));
        assertThat(Position.segment(Position.NONE)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "0, 65536", "137438953472, 0"})
    void whatIsOutOfBoundsHasNoPosition(long segment, int index) {
        assertThatThrownBy(() -> Position.of(segment, index)).isInstanceOf(IllegalArgumentException.class);
    }
}
