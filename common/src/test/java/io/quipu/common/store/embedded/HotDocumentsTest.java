package io.quipu.common.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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

    private byte[] find(String key) {
        return hot.find(key, HotDocuments.MAX_VALUE_BYTES);
    }

    private void fill() {
        for (int i = 0; i < ROOM; i++) {
            hot.keep(Map.of(key(i), LARGEST));
        }
    }

    @Test
    void keepsTheLastValueUntilItIsForgotten() {
        hot.keep(Map.of("a", new byte[] {1, 1, 1}, "b", new byte[] {3}));
        hot.keep(Map.of("a", new byte[] {2, 4}));
        assertThat(find("a")).containsExactly(2, 4);
        assertThat(hot.find("a", 1)).containsExactly(2);

        hot.forget(List.of("a", "unknown"));
        assertThat(find("a")).isNull();
        assertThat(find("b")).containsExactly(3);
    }

    @Test
    void theLeastRecentlyUsedGoWhenThereIsNoRoom() {
        fill();
        assertThat(find(key(0))).isNotNull();

        hot.keep(Map.of("new", LARGEST));

        assertThat(find(key(1))).isNull();
        assertThat(find(key(0))).isNotNull();
        assertThat(find(key(2))).isNotNull();
        assertThat(find("new")).isNotNull();
    }

    @Test
    void whatIsReplacedTakesNoRoomOfItsOwn() {
        fill();
        hot.forget(List.of(key(1), key(2)));
        fill();
        fill();

        for (int i = 0; i < ROOM; i++) {
            assertThat(find(key(i))).hasSize(LARGEST.length);
        }
    }

    @Test
    void whatWasForgottenTakesNoRoom() {
        fill();
        hot.forget(List.of(key(1), key(2)));
        hot.keep(Map.of("n1", LARGEST, "n2", LARGEST));

        assertThat(find(key(0))).isNotNull();
        assertThat(find(key(1))).isNull();
        assertThat(find("n1")).isNotNull();
        assertThat(find("n2")).isNotNull();
    }

    @Test
    void whatIsHiddenIsNotFoundAndHasItsPlace() {
        fill();
        hot.hide(List.of(key(1), "unknown"));
        assertThat(find(key(1))).isNull();

        hot.keep(Map.of("new", LARGEST));
        hot.keep(Map.of(key(1), LARGEST));
        assertThat(find(key(0))).isNull();
        assertThat(find(key(1))).isNotNull();
        assertThat(find(key(2))).isNotNull();
    }

    @Test
    void aValueIsNotTheCallers() {
        byte[] value = {1};
        hot.keep(Map.of("a", value));
        value[0] = 2;
        find("a")[0] = 3;

        assertThat(find("a")).containsExactly(1);
    }

    @Test
    void valuesGrowAndShrinkInTheirPlaces() {
        for (int length : new int[] {100, 112, 113, 5, 0, 200, HotDocuments.MAX_VALUE_BYTES, 7}) {
            byte[] value = new byte[length];
            Arrays.fill(value, (byte) length);
            hot.keep(Map.of("a", value));
            assertThat(find("a")).isEqualTo(value);
        }
    }

    @Test
    void valueThatIsTooLargeIsNotKeptAndNorIsTheOneBefore() {
        hot.keep(Map.of("0t", LARGEST));
        hot.keep(Map.of("0t", new byte[LARGEST.length + 1]));
        assertThat(find("0t")).isNull();

        fill();
        assertThat(find(key(0))).as("there is room for all").isNotNull();
    }
}
