package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.mock.env.MockEnvironment;

class DrainPropertiesTest {

    private final MockEnvironment environment = new MockEnvironment();

    DrainPropertiesTest() {
        // as those of Boot
        environment.setConversionService(new ApplicationConversionService());
    }

    @Test
    void withoutAnyThereIsNoNotice() {
        assertThat(DrainProperties.of(environment)).isEqualTo(
                new DrainProperties(Duration.ZERO, Duration.ofMillis(2_500), Duration.ZERO));
    }

    @Test
    void whatAPlatformsManifestSetsFits() {
        environment.withProperty("quipu.drain-notice", "PT2S").withProperty("quipu.drain", "PT2S")
                .withProperty("spring.lifecycle.timeout-per-shutdown-phase", "2500ms");
        assertThat(DrainProperties.of(environment)).isEqualTo(
                new DrainProperties(Duration.ofSeconds(2), Duration.ofMillis(2_500), Duration.ofSeconds(2)));
    }

    @Test
    void aStopThatWouldTakeTooLongIsRefused() {
        environment.withProperty("quipu.drain-notice", "PT2S").withProperty("quipu.drain", "PT2.001S");
        assertThatThrownBy(() -> DrainProperties.of(environment)).isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("quipu.drain-notice").hasMessageContaining("quipu.drain (PT2.001S)")
                .hasMessageContaining("spring.lifecycle.timeout-per-shutdown-phase (PT2.5S)").hasMessageContaining("PT6.5S");
    }

    @Test
    void noPartIsNegative() {
        environment.withProperty("quipu.drain", "-PT1S");
        assertThatThrownBy(() -> DrainProperties.of(environment)).isInstanceOfSatisfying(
                InvalidConfigurationPropertyValueException.class,
                refusal -> assertThat(refusal.getName()).isEqualTo("quipu.drain"));
    }
}
