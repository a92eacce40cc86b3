package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.usage.Position;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class RecentSegmentsTest {

    private static final int QUARTER = RecentSegments.MAX_OF_PARTITION / 4;

    private final RecentSegments recent = new RecentSegments();

    @Test
    void keepsSegmentsUntilAllOfThemIsDriven() {
        Segment first = segment(3, 7, 2);
        Segment second = segment(3, 8, 2);
        recent.put(first);
        recent.put(second);
        recent.driven(3, Position.of(7, 0));

        assertThat(recent.get(3, 7)).as("half of it is driven").contains(first);
        assertThat(recent.get(4, 7)).as("another partition").isEmpty();

        assertThat(recent.following(3, cursor(7, 0))).isEqualTo(7);

        recent.driven(3, Position.of(7, 1));
        assertThat(recent.get(3, 7)).isEmpty();
        assertThat(recent.following(3, cursor(7, 1))).as("its own is known to end there").isEqualTo(8);
        assertThat(recent.following(4, cursor(7, 1))).isEqualTo(7);
        assertThat(recent.following(4, Cursor.START)).isZero();
        assertThat(recent.get(3, 8)).contains(second);

        recent.driven(3, Position.of(9, 5));
        assertThat(recent.get(3, 8)).isEmpty();
    }

    @Test
    void takesNoMoreOfAPartitionThatIsStuck() {
        for (int number = 0; number < 6; number++) {
            recent.put(segment(0, number, QUARTER));
        }
        recent.put(segment(1, 0, QUARTER));

        assertThat(recent.get(0, 0)).as("what came first is driven first").isPresent();
        assertThat(recent.get(0, 3)).isPresent();
        assertThat(recent.get(0, 4)).isEmpty();
        assertThat(recent.get(1, 0)).isPresent();
    }

    @Test
    void takesMoreWhenSomethingWasDriven() {
        int partitions = RecentSegments.MAX_USAGES / RecentSegments.MAX_OF_PARTITION;
        for (int partition = 0; partition < partitions; partition++) {
            recent.put(segment(partition, 0, RecentSegments.MAX_OF_PARTITION));
        }
        recent.put(segment(partitions, 0, 1));
        assertThat(recent.get(partitions, 0)).as("full").isEmpty();

        recent.driven(0, Position.of(0, RecentSegments.MAX_OF_PARTITION - 1));
        recent.put(segment(partitions, 0, 1));
        recent.put(segment(0, 1, QUARTER));

        assertThat(recent.get(partitions, 0)).isPresent();
        assertThat(recent.get(0, 1)).isPresent();
    }

    @Test
    void takesASingleSegmentHoweverLargeButNothingWithIt() {
        recent.put(segment(0, 0, 2 * RecentSegments.MAX_OF_PARTITION));
        recent.put(segment(0, 1, 1));

        assertThat(recent.get(0, 0)).isPresent();
        assertThat(recent.get(0, 1)).isEmpty();
    }

    @Test
    void takesOnlyWhatIsAboutToBeDriven() {
        recent.driven(0, Position.of(100, 0));
        recent.put(segment(0, 101 + RecentSegments.NEAR, 1));
        assertThat(recent.get(0, 101 + RecentSegments.NEAR)).as("far behind the cursor").isEmpty();

        recent.put(segment(0, 100 + RecentSegments.NEAR, 1));
        recent.put(segment(0, 100 + 2 * RecentSegments.NEAR, 1));
        recent.put(segment(0, 101 + 3 * RecentSegments.NEAR, 1));
        assertThat(recent.get(0, 100 + RecentSegments.NEAR)).isPresent();
        assertThat(recent.get(0, 100 + 2 * RecentSegments.NEAR)).as("near the last one kept").isPresent();
        assertThat(recent.get(0, 101 + 3 * RecentSegments.NEAR)).isEmpty();
    }

    @Test
    void letsGoOfWhatWasDrivenBeforeItCame() {
        recent.driven(0, Position.of(5, 0));
        recent.put(segment(0, 4, 3));
        recent.put(segment(0, 4, 3));
        recent.driven(0, Position.of(5, 0));

        assertThat(recent.get(0, 4)).isEmpty();
        assertThat(recent.following(0, cursor(5, 0))).as("of its own nothing is known").isEqualTo(5);
        assertThat(recent.following(0, cursor(4, 2))).as("an older cursor").isEqualTo(5);
    }

    private static Cursor cursor(long segment, int index) {
        return new Cursor(Cursor.VERSION, Position.of(segment, index), 1);
    }

    private static Segment segment(int partition, long number, int usages) {
        return new Segment(Segment.VERSION, partition, number, "writer", 1, 0, 1L,
                Collections.nCopies(usages, Samples.usageOfInstance("db-1", 1)));
    }
}
