package io.quipu.common.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @ParameterizedTest
    @ValueSource(strings = {"?", "a?b", "é", "漢?", "😀", "?😀?"})
    void aKeyOfCharactersThatHaveAnEncodingIsTaken(String key) {
        assertThatCode(() -> Limits.keysToRead(List.of(key))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\ude00", "?\ud83d", "\ude00\ud83d"})
    void aKeyWithHalfACharacterIsRefused(String key) {
        assertThatThrownBy(() -> Limits.keysToRead(List.of(key))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }
}
