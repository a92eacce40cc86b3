package io.quipu.collector.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.catalog.AccountProperties;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PluginPropertiesTest {

    private static <T> T bound(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }

    private static PluginProperties bound(Map<String, String> properties) {
        return bound("quipu", PluginProperties.class, properties);
    }

    @Test
    void withoutUrlsThereAreNoPlugins() {
        for (PluginProperties none : List.of(bound(Map.of()),
                bound(Map.of("quipu.provisioning.url", "", "quipu.accounts.url", "")))) {
            assertThat(none.provisioning().url()).isEmpty();
            assertThat(none.accounts().url()).isEmpty();
            assertThat(none.plugin()).isEqualTo(new PluginProperties.Calls(Duration.ofSeconds(2), Duration.ofSeconds(5),
                    Duration.ofSeconds(10), 64));
        }
    }

    @Test
    void urlsAreBaseUrlsOfInstances() {
        PluginProperties both = bound(Map.of("quipu.provisioning.url", "http://a:9880/,https://b/base/",
                "quipu.accounts.url", "http://c:9881", "quipu.plugin.response-timeout", "1s"));
        assertThat(both.provisioning().url()).containsExactly(URI.create("http://a:9880"), URI.create("https://b/base"));
        assertThat(both.accounts().url()).containsExactly(URI.create("http://c:9881"));
        assertThat(both.plugin().responseTimeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"quipu.provisioning.url, ftp://a", "quipu.accounts.url, http://user@a", "quipu.accounts.url, nonsense",
        "quipu.plugin.connect-timeout, 0s", "quipu.plugin.response-timeout, -1s", "quipu.plugin.answer-timeout, 0s",
        "quipu.plugin.max-connections, 0", "quipu.plugin.max-connections, 1001"})
    void whatCannotBeIsRefusedByItsName(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value))).rootCause().hasMessageContaining(property);
    }

    @Test
    void licensesAreAList() {
        assertThat(bound("quipu.accounts", AccountProperties.class, Map.of("quipu.accounts.unsupported-licenses", "TRIAL, N/A"))
                .unsupportedLicenses()).containsExactlyInAnyOrder("TRIAL", "N/A");
        assertThat(bound("quipu.accounts", AccountProperties.class, Map.of()).unsupportedLicenses()).isEmpty();
    }
}
