package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkedEndsTest {

    private final MarkedEnds ends = new MarkedEnds(2);

    @Test
    void anythingMayHaveAMarkUntilTheEndOfTheLogIsFound() {
        ends.mark(0, 5);
        assertThat(ends.mayHave(0, Long.MAX_VALUE)).isTrue();
        ends.found(0, 7);
        assertThat(ends.mayHave(0, 7)).isTrue();
        assertThat(ends.mayHave(0, 8)).isFalse();
        assertThat(ends.mayHave(1, Long.MAX_VALUE)).as("the other partition").isTrue();
    }

    @Test
    void whatEndedAfterAllThatIsMarkedHasNoMark() {
        ends.found(0, 7);
        ends.mark(0, 20);
        ends.mark(0, 10);
        assertThat(ends.mayHave(0, 20)).isTrue();
        assertThat(ends.mayHave(0, 21)).isFalse();
    }

    @Test
    void whatWasMarkedBeforeTheEndWasFoundStaysKnown() {
        ends.mark(0, 20);
        ends.found(0, 7);
        assertThat(ends.mayHave(0, 20)).isTrue();
        assertThat(ends.mayHave(0, 21)).isFalse();
    }

    @Test
    void whoMarksIsToldWhatMayHaveAMarkAlready() {
        assertThat(ends.mark(0, 5)).as("the end of the log was not found").isEqualTo(Segment.UNKNOWN_END);
        ends.found(0, 7);
        assertThat(ends.mark(0, 20)).isEqualTo(7);
        assertThat(ends.mark(0, 10)).isEqualTo(20);
        assertThat(ends.mark(0, 30)).isEqualTo(20);
        ends.found(1, Segment.NO_END);
        assertThat(ends.mark(1, 3)).as("an empty log").isEqualTo(Segment.NO_END);
    }
}
