package io.quipu.common.service.binding;

import io.pivotal.cfenv.core.CfService;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * A Couchbase service that is bound to an application on Cloud Foundry is the store of it, unless properties say otherwise: they
 * win over what is bound, one by one. A service counts as Couchbase's by its label, its name, a tag, or an address that begins with
 * {@code couchbase}; {@code quipu.couchbase.service} names the one to use where there are several, or where none looks like one.
 *
 * <p>Refuses to start where it cannot tell which one is meant, and where a credential is missing. Where nothing is bound, and where
 * {@code quipu.store} names another store, nothing happens.
 */
final class CouchbaseBinding implements EnvironmentPostProcessor, Ordered {

    static final String SERVICE = "quipu.couchbase.service";
    static final String SOURCE = "boundCouchbase";

    private static final String STORE = "quipu.store";
    private static final String COUCHBASE = "couchbase";

    private final Log log;

    CouchbaseBinding(DeferredLogFactory logs) {
        this.log = logs.getLog(CouchbaseBinding.class);
    }

    /** When the services' own files have been read. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!set(environment, STORE).orElse(COUCHBASE).toLowerCase(Locale.ROOT).equals(COUCHBASE)) {
            return;
        }
        List<CfService> services = BoundServices.in(environment);
        String wanted = set(environment, SERVICE).orElse("");
        CfService service = wanted.isBlank() ? only(services) : named(services, wanted);
        if (service == null) {
            return;
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        // No strings: what looks like a placeholder in a password is none.
        CouchbaseCredentials.of(service).forEach((property, value) -> properties.put(property, CharBuffer.wrap(value)));
        complete(service, properties, environment);
        properties.put(STORE, COUCHBASE);
        // After all others: each of them wins.
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, properties));
        log.info("stores in the bound service " + service.getName());
    }

    private static Optional<String> set(ConfigurableEnvironment environment, String property) {
        return Binder.get(environment).bind(property, String.class).map(Optional::of).orElseGet(Optional::empty);
    }

    private static CfService only(List<CfService> services) {
        List<CfService> found = services.stream().filter(CouchbaseBinding::isCouchbase).toList();
        if (found.size() > 1) {
            throw new BindingException("several Couchbase services are bound: " + names(found),
                    "Name the one to use by " + SERVICE + ", or unbind the others.");
        }
        return found.isEmpty() ? null : found.get(0);
    }

    private static CfService named(List<CfService> services, String name) {
        if (services.isEmpty()) {
            // Not on Cloud Foundry, or nothing bound yet: the store says what it misses.
            return null;
        }
        return services.stream().filter(service -> name.equals(service.getName())).findFirst().orElseThrow(() -> new BindingException(
                SERVICE + " names " + name + ", and no such service is bound; bound are: " + names(services),
                "Bind it, or name another one."));
    }

    private static boolean isCouchbase(CfService service) {
        return BoundServices.has(service, COUCHBASE) || CouchbaseCredentials.NEEDED.get(CouchbaseCredentials.CONNECTION).stream()
                .map(BoundServices.credentials(service)::get)
                .anyMatch(address -> address instanceof String text && text.startsWith(COUCHBASE));
    }

    private static void complete(CfService service, Map<String, Object> properties, ConfigurableEnvironment environment) {
        List<String> missing = new ArrayList<>();
        CouchbaseCredentials.NEEDED.forEach((property, spellings) -> {
            if (!properties.containsKey(property) && set(environment, property).isEmpty()) {
                missing.add(spellings.get(0));
            }
        });
        if (!missing.isEmpty()) {
            missing.sort(null);
            throw new BindingException("the credentials of the bound service " + service.getName() + " have no "
                    + String.join(", no ", missing),
                    "Add what is missing to the service, or set the properties " + CouchbaseCredentials.NEEDED.keySet().stream().sorted()
                            .collect(Collectors.joining(", ")) + ".");
        }
    }

    private static String names(List<CfService> services) {
        return services.stream().map(service -> String.valueOf(service.getName())).sorted().collect(Collectors.joining(", "));
    }
}
