package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {

    private static Map<String, String> options(String... more) {
        Map<String, String> options = new HashMap<>(Map.of("--apps", "apps", "--data", "data"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return options;
    }

    @Test
    void whatIsNotSaidIsTheUsual() {
        BenchOptions asked = BenchOptions.of(List.of(), options());
        assertThat(asked.names()).isEmpty();
        assertThat(asked.quick()).isFalse();
        assertThat(asked.soak()).isEmpty();
        assertThat(asked.json()).isEqualTo(Path.of("data", "results.json"));
        assertThat(asked.seed()).isEqualTo(1);
    }

    @Test
    void everythingCanBeSaid() {
        BenchOptions asked = BenchOptions.of(List.of("soak", "start"), options("--quick", "", "--minutes", "0.5", "--rate",
                "1000", "--seed", "7", "--json", "x.json", "--markdown", "x.md", "--offset", "3000", "--java-options",
                "-Xmx64m  -Xss512k", "--archives", "1-2"));
        assertThat(asked.names()).containsExactly("soak", "start");
        assertThat(asked.soak()).contains(Duration.ofSeconds(30));
        assertThat(asked.rate().orElseThrow()).isEqualByComparingTo("1000");
        assertThat(asked.place().archives()).isEqualTo("1-2");
        assertThat(asked.place().java("x")).contains("-Xmx64m", "-Xss512k");
    }

    @ParameterizedTest
    @CsvSource({"--minutes,0", "--minutes,x", "--rate,-1", "--seed,x", "--offset,-1", "--offset,60000", "--what,1"})
    void nonsenseIsRefusedWithASentence(String option, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.of(List.of(), options(option, value)))
                .withMessageContaining(option);
    }

    @Test
    void anUnknownScenarioIsNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.of(List.of("start", "warp"), options()))
                .withMessageContaining("warp").withMessageContaining("--list");
    }
}
