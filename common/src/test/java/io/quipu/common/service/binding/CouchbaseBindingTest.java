package io.quipu.common.service.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class CouchbaseBindingTest {

    private static final String SECRET = "s3cret-${NOBODY:else}-#{1}";
    private static final String COMPLETE = """
            {"connection_string":"couchbase://a,b","username":"quipu","password":"%s"}""".formatted(SECRET);

    @TempDir
    private Path directory;

    private static String service(String name, String label, String tags, String credentials) {
        return "\"" + label + "\":[{\"name\":\"" + name + "\",\"label\":\"" + label + "\",\"tags\":" + tags + ",\"credentials\":" + credentials + "}]";
    }

    private static String bound(String... services) {
        return "{" + String.join(",", services) + "}";
    }

    private static Map<String, String> resolved(Map<String, Object> given) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("given", given));
        ConfigurationPropertySources.attach(environment);
        new CouchbaseBinding(supplier -> supplier.get()).postProcessEnvironment(environment, new SpringApplication());
        Map<String, String> properties = new LinkedHashMap<>();
        if (environment.getPropertySources().get(CouchbaseBinding.SOURCE) instanceof MapPropertySource source) {
            for (String name : source.getPropertyNames()) {
                properties.put(name, Binder.get(environment).bind(name, String.class).get());
            }
        }
        return properties;
    }

    private static Map<String, String> resolved(String services) {
        return resolved(Map.of("VCAP_SERVICES", services));
    }

    @Test
    void boundCouchbaseIsTheStore() {
        assertThat(resolved(bound(service("documents", "couchbase", "[]", COMPLETE)))).isEqualTo(Map.of(
                "quipu.store", "couchbase", "spring.couchbase.connection-string", "couchbase://a,b",
                "spring.couchbase.username", "quipu", "spring.couchbase.password", SECRET));
    }

    @Test
    void nothingHappensWithoutBoundServices() {
        assertThat(resolved(Map.of())).isEmpty();
        assertThat(resolved("{}")).isEmpty();
        assertThat(resolved(Map.of("VCAP_SERVICES", "", "VCAP_SERVICES_FILE_PATH", ""))).isEmpty();
        assertThat(resolved(Map.of("quipu.couchbase.service", "documents"))).isEmpty();
    }

    @Test
    void otherServicesAreLeftAlone() {
        assertThat(resolved(bound(service("queue", "rabbitmq", "[\"amqp\"]", "{\"uri\":\"amqp://u:p@h\"}"),
                service("nothing", "logs", "null", "null")))).isEmpty();
    }

    @Test
    void couchbaseIsKnownByItsLabelItsNameATagOrItsAddress() {
        for (String services : List.of(service("d", "Couchbase-6", "[]", COMPLETE), service("my-couchbase", "user-provided", "[]", COMPLETE),
                service("d", "documents", "[\"nosql\",\"CouchBase\"]", COMPLETE), service("d", "user-provided", "[]", COMPLETE))) {
            assertThat(resolved(bound(services))).as(services).containsEntry("quipu.store", "couchbase");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"connectionString\":\"couchbase://a,b\",\"user\":\"u\",\"password\":\"p\",\"bucket_name\":\"q\"}",
        "{\"uri\":\"couchbase://u:p@a,b/q\"}",
        "{\"hosts\":[\"a\",\"b\"],\"username\":\"u\",\"password\":\"p\",\"bucket\":\"q\"}",
        "{\"hosts\":\"a,b\",\"username\":\"u\",\"password\":\"p\",\"name\":\"q\"}"})
    void fieldsHaveSeveralSpellings(String credentials) {
        assertThat(resolved(bound(service("couchbase", "user-provided", "[]", credentials)))).isEqualTo(Map.of(
                "quipu.store", "couchbase", "spring.couchbase.connection-string", "couchbase://a,b",
                "spring.couchbase.username", "u", "spring.couchbase.password", "p", "quipu.couchbase.bucket", "q"));
    }

    @Test
    void userAndPasswordInAnAddressAreDecodedAndItsParametersKept() {
        assertThat(resolved(bound(service("couchbase", "user-provided", "[]",
                "{\"uri\":\"couchbase://u%40x:p%2F+@a:11210,b?timeout.kv_timeout=3s\"}"))))
                .containsEntry("spring.couchbase.connection-string", "couchbase://a:11210,b?timeout.kv_timeout=3s")
                .containsEntry("spring.couchbase.username", "u@x").containsEntry("spring.couchbase.password", "p/+");
    }

    @Test
    void scopeAndCollectionAreTakenWhereTheyAreGiven() {
        assertThat(resolved(bound(service("couchbase", "user-provided", "[]", COMPLETE.replaceFirst("^\\{",
                "{\"scope\":\"usage\",\"collection_name\":\"log\","))))).containsEntry("quipu.couchbase.scope", "usage")
                .containsEntry("quipu.couchbase.collection", "log");
    }

    @Test
    void encryptionIsAskedForByTheAddressOrByAField() {
        String authority = "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----";
        for (String credentials : List.of(
                "{\"uri\":\"couchbases://a\",\"username\":\"u\",\"password\":\"p\",\"ca_cert\":\"" + authority + "\"}",
                "{\"uri\":\"couchbase://a\",\"tls\":true,\"username\":\"u\",\"password\":\"p\",\"ca\":\"" + authority + "\"}")) {
            assertThat(resolved(bound(service("couchbase", "user-provided", "[]", credentials))))
                    .containsEntry("spring.couchbase.env.ssl.enabled", "true")
                    .containsEntry("spring.couchbase.env.ssl.bundle", "quipu-couchbase")
                    .containsEntry("spring.ssl.bundle.pem.quipu-couchbase.truststore.certificate", authority.replace("\\n", "\n"));
        }
        assertThat(resolved(bound(service("couchbase", "user-provided", "[]",
                "{\"uri\":\"couchbases://a\",\"username\":\"u\",\"password\":\"p\"}"))))
                .containsEntry("spring.couchbase.env.ssl.enabled", "true").doesNotContainKey("spring.couchbase.env.ssl.bundle");
    }

    @Test
    void propertiesWinOverWhatIsBoundOneByOne() {
        Map<String, Object> given = new LinkedHashMap<>(Map.of("VCAP_SERVICES", bound(service("couchbase", "user-provided", "[]",
                "{\"uri\":\"couchbase://bound\",\"username\":\"bound\",\"bucket\":\"bound\"}"))));
        given.put("spring.couchbase.username", "mine");
        given.put("spring.couchbase.password", "mine");
        given.put("quipu.couchbase.bucket", "mine");
        assertThat(resolved(given)).containsEntry("spring.couchbase.connection-string", "couchbase://bound")
                .containsEntry("spring.couchbase.username", "mine").containsEntry("quipu.couchbase.bucket", "mine");
    }

    @Test
    void variablesOfTheSystemAreProperties() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(
                        "VCAP_SERVICES", bound(service("couchbase", "user-provided", "[]", "{\"uri\":\"couchbase://bound\",\"user\":\"u\"}")),
                        "SPRING_COUCHBASE_PASSWORD", "mine")));
        ConfigurationPropertySources.attach(environment);
        new CouchbaseBinding(supplier -> supplier.get()).postProcessEnvironment(environment, new SpringApplication());
        assertThat(environment.getProperty("spring.couchbase.connection-string")).isEqualTo("couchbase://bound");
        assertThat(environment.getProperty("spring.couchbase.password")).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "Memory"})
    void anotherStoreThatIsNamedIsLeftAlone(String store) {
        assertThat(resolved(Map.of("quipu.store", store, "VCAP_SERVICES",
                bound(service("couchbase", "user-provided", "[]", "{}"))))).isEmpty();
    }

    @Test
    void oneOfSeveralMustBeNamed() {
        String services = bound(service("first", "couchbase", "[]", COMPLETE), service("second-couchbase", "user-provided", "[]",
                COMPLETE.replace("a,b", "second")), service("queue", "rabbitmq", "[]", "{}"));
        assertThatThrownBy(() -> resolved(services)).isInstanceOf(BindingException.class)
                .hasMessage("several Couchbase services are bound: first, second-couchbase");
        assertThat(resolved(Map.of("VCAP_SERVICES", services, "quipu.couchbase.service", "second-couchbase")))
                .containsEntry("spring.couchbase.connection-string", "couchbase://second");
        assertThatThrownBy(() -> resolved(Map.of("VCAP_SERVICES", services, "quipu.couchbase.service", "third")))
                .isInstanceOf(BindingException.class)
                .hasMessageContaining("quipu.couchbase.service names third").hasMessageContaining("first, queue, second-couchbase");
    }

    @Test
    void missingCredentialsAreRefusedByTheNamesOfServiceAndField() {
        assertThatThrownBy(() -> resolved(bound(service("my-couchbase", "user-provided", "[]", "{\"username\":\"u\"}"))))
                .isInstanceOf(BindingException.class)
                .hasMessage("the credentials of the bound service my-couchbase have no connection_string, no password");
        assertThatThrownBy(() -> resolved(bound(service("my-couchbase", "user-provided", "[]", "null"))))
                .hasMessageContaining("no connection_string, no password, no username");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:" + "hidden@a:8091", "couchbase://u:hidden%zz@a"})
    void addressesThatCannotBeUsedAreRefusedWithoutShowingThem(String uri) {
        assertThatThrownBy(() -> resolved(bound(service("my-couchbase", "user-provided", "[]", "{\"uri\":\"" + uri + "\"}"))))
                .isInstanceOf(BindingException.class).hasMessageContaining("my-couchbase").hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"couchbase\":[{\"password\":\"hidden", "hidden", "[\"hidden\"]", "{\"couchbase\":\"hidden\"}"})
    void whatIsNoListOfServicesIsRefusedWithoutShowingIt(String services) {
        assertThatThrownBy(() -> resolved(services)).isInstanceOf(BindingException.class).hasNoCause()
                .hasMessageContaining("VCAP_SERVICES").hasMessageNotContaining("hidden");
    }

    @Test
    void servicesAreReadFromTheFileThatIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("services"), bound(service("documents", "couchbase", "[]", COMPLETE)));
        assertThat(resolved(Map.of("VCAP_SERVICES_FILE_PATH", file.toString()))).containsEntry("quipu.store", "couchbase");
        assertThatThrownBy(() -> resolved(Map.of("VCAP_SERVICES_FILE_PATH", directory.resolve("none").toString())))
                .isInstanceOf(BindingException.class).hasMessageContaining(directory.resolve("none").toString());
    }

    @Test
    void everyServiceThatStartsReadsItsBindingsAndTellsNoneOfThem(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start(bound(service("documents", "couchbase", "[]", COMPLETE)))) {
            assertThat(context.getEnvironment().getProperty("quipu.store")).isEqualTo("couchbase");
            assertThat(context.getEnvironment().getProperty("spring.couchbase.password")).isEqualTo(SECRET);
        }
        assertThat(output).contains("stores in the bound service documents").doesNotContain("s3cret");
    }

    @Test
    void refusalSaysWhatToDoWithoutAStackTrace(CapturedOutput output) {
        assertThatThrownBy(() -> start(bound(service("documents", "couchbase", "[]", "{\"password\":\"s3cret\"}"))));
        assertThat(output).contains("APPLICATION FAILED TO START", "bound service documents have no connection_string, no username",
                "spring.couchbase.username").doesNotContain("s3cret").doesNotContain("\tat ");
    }

    private static ConfigurableApplicationContext start(String services) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run("--VCAP_SERVICES=" + services, "--spring.config.name=none");
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {
    }
}
