package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.acceptance.process.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {

    private final Map<String, String> options = new HashMap<>(Map.of("--minutes", "0.4", "--apps", "a", "--data", "d"));

    @Test
    void readsEverything() {
        options.putAll(Map.of("--instances", "2", "--seed", "-12", "--offset", "2000", "--java-options", "-Xmx1m -Xss1m"));

        assertThat(ChaosOptions.of(options, 5)).isEqualTo(new ChaosOptions(2, Duration.ofSeconds(24), -12,
                new Place(Path.of("a"), Path.of("d"), 2000, "-Xmx1m -Xss1m", "")));
    }

    @Test
    void whatIsNotGivenHasADefault() {
        assertThat(ChaosOptions.of(options, 5)).isEqualTo(new ChaosOptions(1, Duration.ofSeconds(24), 5,
                new Place(Path.of("a"), Path.of("d"), 0, "", "")));
    }

    @ParameterizedTest
    @CsvSource({"2,120000", "0.5,30000", "60,3600000", "0.0001,6"})
    void minutesMayHaveDecimals(String minutes, long millis) {
        options.put("--minutes", minutes);
        assertThat(ChaosOptions.of(options, 5).chaos()).hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "60.01", "two", "", "1e9", "NaN"})
    void minutesAreAboveZeroAndWithinTheLimit(String minutes) {
        options.put("--minutes", minutes);
        assertThatThrownBy(() -> ChaosOptions.of(options, 5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--minutes must be a number above 0 and up to 60, such as 2 or 0.5, not " + minutes);
    }

    @ParameterizedTest
    @CsvSource({"--seed,x,--seed must be a whole number", "--offset,-1,--offset must be a number from 0 to 56000",
        "--instances,0,--instances must be a number from 1 to 4", "--instances,5,--instances must be a number from 1 to 4",
        "--instances,two,--instances must be a number from 1 to 4", "--offset,56001,--offset must be a number from 0 to 56000", "--minuts,3,chaos does not know --minuts"})
    void refusesWhatItDoesNotUnderstand(String option, String value, String reason) {
        options.put(option, value);
        assertThatThrownBy(() -> ChaosOptions.of(options, 5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason);
    }

    @Test
    void minutesAreNeeded() {
        options.remove("--minutes");
        assertThatThrownBy(() -> ChaosOptions.of(options, 5)).hasMessage("chaos needs --minutes");
    }
}
