package io.quipu.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class BaseUrlsTest {

    private static List<URI> checked(String list) {
        return BaseUrls.checked("quipu.meter.url", Arrays.stream(list.split(",")).map(URI::create).toList());
    }

    @Test
    void baseUrlsAreTakenWithoutASlashAtTheirEnd() {
        assertThat(checked("http://a:9100,https://b.example.org/,HTTP://10.0.0.1:80/quipu//,http://[::1]:9100").stream()
                .map(URI::toString)).containsExactly("http://a:9100", "https://b.example.org", "HTTP://10.0.0.1:80/quipu",
                "http://[::1]:9100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:9100", "/path", "ftp://a", "http:///path", "mailto:a@b", "http://user:secret@a", "http://a?x=1",
        "http://a#x", "http://a:0", "http://a:70000"})
    void whatIsNoBaseUrlIsRefusedWithTheProperty(String url) {
        assertThatThrownBy(() -> checked("http://b," + url)).isInstanceOfSatisfying(
                InvalidConfigurationPropertyValueException.class, refusal -> {
                    assertThat(refusal.getName()).isEqualTo("quipu.meter.url");
                    assertThat(refusal.getReason()).contains("http://host:9100");
                });
    }

    @Test
    void noPasswordIsPrinted() {
        assertThatThrownBy(() -> checked("http://b,http://user:secret@a:9100/x?y")).isInstanceOfSatisfying(
                InvalidConfigurationPropertyValueException.class, refusal -> {
                    assertThat(refusal.getValue()).hasToString("http://a:9100/x?y");
                    assertThat(refusal).message().doesNotContain("secret").doesNotContain("user:");
                });
        List<URI> many = IntStream.rangeClosed(0, BaseUrls.MAX).mapToObj(i -> URI.create("http://user:secret@a" + i)).toList();
        assertThatThrownBy(() -> BaseUrls.checked("quipu.meter.url", many)).isInstanceOfSatisfying(
                InvalidConfigurationPropertyValueException.class,
                refusal -> assertThat(String.valueOf(refusal.getValue())).contains("http://a0").doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a,http://a", "http://a,http://A:80/", "https://a:443/x,https://a/x/"})
    void noUrlStandsTwice(String list) {
        assertThatThrownBy(() -> checked(list)).hasMessageContaining("quipu.meter.url").hasMessageContaining("twice");
    }

    @Test
    void thereIsOneAtLeastAndNotMoreThanTheLimit() {
        assertThatThrownBy(() -> BaseUrls.checked("quipu.meter.url", List.of())).hasMessageContaining("1 to 64");
        List<URI> many = IntStream.range(0, BaseUrls.MAX + 1).mapToObj(i -> URI.create("http://a" + i)).toList();
        assertThatThrownBy(() -> BaseUrls.checked("quipu.meter.url", many)).hasMessageContaining("1 to 64");
        assertThat(BaseUrls.checked("quipu.meter.url", many.subList(1, many.size()))).hasSize(BaseUrls.MAX);
    }
}
