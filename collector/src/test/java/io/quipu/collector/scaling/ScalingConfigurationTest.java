package io.quipu.collector.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.service.PeriodicTask;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ScalingConfigurationTest {

    private static final String OWN = "58d162ad-87d5-4f52-8abf-e56a63a67292";
    private static final String[] ON_CLOUD_FOUNDRY = {"vcap.application.application_id=" + OWN, "CF_INSTANCE_INDEX=2"};
    private static final String[] CERTIFIED = {"CF_INSTANCE_CERT=/etc/cf/instance.crt", "CF_INSTANCE_KEY=/etc/cf/instance.key"};

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new).withUserConfiguration(ScalingConfiguration.class);

    private static String bound(String name, String label, String credentials) {
        return "VCAP_SERVICES={\"" + label + "\":[{\"name\":\"" + name + "\",\"label\":\"" + label + "\",\"tags\":[],\"credentials\":" + credentials
                + "}]}";
    }

    private Optional<Autoscaler> autoscaler(String services, String... more) {
        Autoscaler[] found = new Autoscaler[1];
        runner.withPropertyValues(services).withPropertyValues(ON_CLOUD_FOUNDRY).withPropertyValues(more).run(context -> {
            found[0] = Autoscaler.bound(context.getEnvironment()).orElse(null);
            assertThat(context.getBeansOfType(PeriodicTask.class)).hasSize(found[0] == null ? 0 : 1);
        });
        return Optional.ofNullable(found[0]);
    }

    @Test
    void boundAutoscalerIsFoundByItsLabelOrItsName() {
        Autoscaler expected = new Autoscaler(OWN, 2, URI.create("https://metrics.example.org"), "u", "p", null, null, null);
        assertThat(autoscaler(bound("scale", "app-autoscaler",
                "{\"custom_metrics\":{\"url\":\"https://metrics.example.org/\",\"username\":\"u\",\"password\":\"p\"}}"))).contains(expected);
        assertThat(autoscaler(bound("my-autoscaler-credential", "user-provided",
                "{\"app_id\":\"x\",\"url\":\"https://metrics.example.org\",\"username\":\"u\",\"password\":\"p\"}"))).contains(expected);
        assertThat(expected.toString()).doesNotContain("u, ", "p,");
    }

    @Test
    void certificateIsUsedWhereTheBindingHasNoPassword() {
        assertThat(autoscaler(bound("scale", "app-autoscaler", "{\"custom_metrics\":{\"mtls_url\":\"https://certified.example.org\"}}"), CERTIFIED))
                .contains(new Autoscaler(OWN, 2, null, "", "", URI.create("https://certified.example.org"), Path.of("/etc/cf/instance.crt"),
                        Path.of("/etc/cf/instance.key")));
    }

    @Test
    void nothingIsReportedWhereNoAutoscalerTakesIt() {
        assertThat(autoscaler("a=b")).isEmpty();
        assertThat(autoscaler(bound("queue", "rabbitmq", "{\"uri\":\"amqp://h\"}"), CERTIFIED)).isEmpty();
        assertThat(autoscaler(bound("scale", "app-autoscaler", "{}"), CERTIFIED)).isEmpty();
        assertThat(autoscaler(bound("scale", "app-autoscaler", "{\"custom_metrics\":{\"mtls_url\":\"https://certified.example.org\"}}"))).isEmpty();
        assertThat(autoscaler(bound("scale", "app-autoscaler", "{\"custom_metrics\":{\"url\":\"no url\",\"username\":\"u\",\"password\":\"p\"}}")))
                .isEmpty();
        runner.withPropertyValues(bound("scale", "app-autoscaler", "{}"))
                .run(context -> assertThat(context).doesNotHaveBean(PeriodicTask.class));
    }

    @Test
    void applicationsAreListedByCommas() {
        runner.withPropertyValues("quipu.scaling.apps=" + OWN + ", 00000000-87d5-4f52-8abf-e56a63a67292,").run(context -> assertThat(
                context.getBean(ScalingProperties.class).apps()).containsExactly(OWN, "00000000-87d5-4f52-8abf-e56a63a67292"));
        runner.withPropertyValues("quipu.scaling.apps=").run(context -> assertThat(
                context.getBean(ScalingProperties.class)).isEqualTo(new ScalingProperties(Duration.ofSeconds(40), Duration.ofSeconds(5), List.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quipu-meter", "1-1-1-1-1"})
    void whatIsNoGuidIsRefused(String app) {
        assertThatThrownBy(() -> new ScalingProperties(Duration.ofSeconds(40), Duration.ofSeconds(5), List.of(app)))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class).hasMessageContaining("quipu.scaling.apps");
    }

    @Test
    void intervalAndTimeoutHaveBounds() {
        assertThatThrownBy(() -> new ScalingProperties(Duration.ZERO, Duration.ofSeconds(5), List.of()))
                .hasMessageContaining("quipu.scaling.interval");
        assertThatThrownBy(() -> new ScalingProperties(Duration.ofSeconds(40), Duration.ofHours(2), List.of()))
                .hasMessageContaining("quipu.scaling.timeout");
    }
}
