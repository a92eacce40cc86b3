package io.quipu.common.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HotDocumentsTest {

    private static final byte[] LARGEST = new byte[HotDocuments.MAX_VALUE_BYTES];
    private static final int SIZE = HotDocuments.ENTRY_BYTES + 2 + LARGEST.length;
    private static final int ROOM = HotDocuments.MAX_BYTES / SIZE;

    private final HotDocuments hot = new HotDocuments();

    private static String key(int number) {
        return Integer.toString(100 + number).substring(1);
    }

    private void fill() {
        for (int i = 0; i < ROOM; i++) {
            hot.keep(Map.of(key(i), LARGEST));
        }
    }

    @Test
    void keepsTheLastValueUntilItIsForgotten() {
        byte[] last = {2};
        hot.keep(Map.of("a", new byte[] {1}, "b", new byte[] {3}));
        hot.keep(Map.of("a", last));
        assertThat(hot.find("a")).isSameAs(last);

        hot.forget(List.of("a", "unknown"));
        assertThat(hot.find("a")).isNull();
        assertThat(hot.find("b")).containsExactly(3);
    }

    @Test
    void theLeastRecentlyUsedGoWhenThereIsNoRoom() {
        fill();
        assertThat(hot.find(key(0))).isNotNull();

        hot.keep(Map.of("new", LARGEST));

        assertThat(hot.find(key(1))).isNull();
        assertThat(hot.find(key(0))).isNotNull();
        assertThat(hot.find(key(2))).isNotNull();
        assertThat(hot.find("new")).isNotNull();
    }

    @Test
    void whatWasForgottenOrReplacedTakesNoRoom() {
        fill();
        fill();
        hot.forget(List.of(key(1), key(2)));
        hot.keep(Map.of("n1", LARGEST, "n2", LARGEST));

        assertThat(hot.find(key(0))).isNotNull();
        assertThat(hot.find("n1")).isNotNull();
        assertThat(hot.find("n2")).isNotNull();
    }

    @Test
    void valueThatIsTooLargeIsNotKeptAndNorIsTheOneBefore() {
        hot.keep(Map.of("a", LARGEST));
        hot.keep(Map.of("a", new byte[LARGEST.length + 1]));

        assertThat(hot.find("a")).isNull();
    }
}
