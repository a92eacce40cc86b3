package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    @Test
    void aNewDocumentHasPassedNothing() {
        assertThat(Watermark.NONE.passed(0)).isFalse();
        assertThat(Watermark.NONE.passed(Position.NONE)).isTrue();
        assertThat(Watermark.NONE.rejection(0)).isEmpty();
        assertThat(Watermark.NONE.stale(0, Position.NONE)).isFalse();
    }

    @Test
    void foldingAdvancesToThePositionAndNotBeyond() {
        Watermark folded = Watermark.NONE.folded(5);
        assertThat(folded.passed(5)).isTrue();
        assertThat(folded.passed(6)).isFalse();
        assertThat(folded.folded(9).position()).isEqualTo(9);
    }

    @Test
    void aPositionIsNeverFoldedTwice() {
        Watermark folded = Watermark.NONE.folded(5);
        assertThatThrownBy(() -> folded.folded(5)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> folded.folded(4)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> folded.passed(rejection(5))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRejectionThatWasPassedIsRemembered() {
        Watermark passed = Watermark.NONE.folded(5).passed(rejection(7)).folded(8);
        assertThat(passed.passed(7)).isTrue();
        assertThat(passed.rejection(7)).contains(rejection(7));
        assertThat(passed.rejection(5)).isEmpty();
        assertThat(passed.rejected()).containsExactly(rejection(7));
    }

    @Test
    void rejectionsAtOrBelowTheCursorAreForgotten() {
        Watermark pruned = Watermark.NONE.passed(rejection(3)).passed(rejection(7)).passed(rejection(8)).pruned(7);
        assertThat(pruned.rejected()).containsExactly(rejection(8));
        assertThat(pruned.prunedTo()).isEqualTo(7);
        assertThat(pruned.position()).isEqualTo(8);
    }

    @Test
    void anOlderCursorPrunesNothing() {
        Watermark pruned = Watermark.NONE.passed(rejection(8)).pruned(7);
        assertThat(pruned.pruned(7)).isSameAs(pruned);
        assertThat(pruned.pruned(2)).isSameAs(pruned);
    }

    @Test
    void aBatchIsStaleWhenItsCursorIsOlderAndItHoldsAForgottenPosition() {
        Watermark pruned = Watermark.NONE.folded(9).pruned(7);
        assertThat(pruned.stale(7, 6)).isTrue();
        assertThat(pruned.stale(8, 6)).as("above what was forgotten").isFalse();
        assertThat(pruned.stale(7, 7)).as("a cursor as young as ours").isFalse();
    }

    private static Rejection rejection(long position) {
        return new Rejection(position, "accumulator", "code", "reason");
    }

    @Test
    void theListIsACopy() {
        assertThatThrownBy(() -> new Watermark(1, List.of(rejection(1)), -1).rejected().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
