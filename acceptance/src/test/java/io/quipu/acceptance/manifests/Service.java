package io.quipu.acceptance.manifests;

import io.quipu.accumulator.AccumulatorApplication;
import io.quipu.aggregator.AggregatorApplication;
import io.quipu.collector.CollectorApplication;
import io.quipu.meter.MeterApplication;
import io.quipu.reporting.ReportingApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the code says of a service: its port, which properties it reads and which other services it calls.
 *
 * @param name its name
 * @param code a class of its package
 */
record Service(String name, Class<?> code) {

    /** In the order of the pipeline. */
    static final List<Service> ALL = List.of(new Service("collector", CollectorApplication.class),
            new Service("meter", MeterApplication.class), new Service("accumulator", AccumulatorApplication.class),
            new Service("aggregator", AggregatorApplication.class), new Service("reporting", ReportingApplication.class));

    /** Read without a record. */
    static final Set<String> OTHERS = Set.of("quipu.zipkin.endpoint", "quipu.trace.max-per-second", "quipu.couchbase.service",
            "quipu.drain-notice");

    /** Those of Spring Boot, by what their variable would be called. */
    private static final Map<String, Set<String>> OF_SPRING = springs();

    static Service of(String name) {
        return ALL.stream().filter(service -> service.name.equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no service " + name));
    }

    /** Whether it has documents of its own. */
    boolean stores() {
        return Set.of("collector", "accumulator", "aggregator").contains(name);
    }

    int port() {
        return Integer.parseInt(file().get("server.port").toString());
    }

    /** The services that it calls: those whose addresses it reads. */
    Set<String> calls() {
        Set<String> called = new TreeSet<>();
        for (String property : ours()) {
            String[] parts = property.split("\\.");
            if (parts.length == 3 && parts[2].equals("url") && ALL.stream().anyMatch(service -> service.name.equals(parts[1]))) {
                called.add(parts[1]);
            }
        }
        return called;
    }

    /** The records that bind properties, with their prefixes. */
    Map<Class<?>, String> records() {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<Class<?>, String> records = new LinkedHashMap<>();
        for (String root : List.of(code.getPackageName(), "io.quipu.common")) {
            for (BeanDefinition found : scan.findCandidateComponents(root)) {
                try {
                    Class<?> type = Class.forName(found.getBeanClassName());
                    records.put(type, type.getAnnotation(ConfigurationProperties.class).value());
                } catch (ClassNotFoundException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return records;
    }

    /** Our properties that it reads. */
    Set<String> ours() {
        Set<String> properties = new TreeSet<>(OTHERS);
        records().forEach((type, prefix) -> components(type, prefix, properties));
        file().keySet().stream().filter(property -> property.startsWith("quipu.")).forEach(properties::add);
        return properties;
    }

    private static void components(Class<?> type, String prefix, Set<String> properties) {
        for (RecordComponent component : type.getRecordComponents()) {
            String property = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                components(component.getType(), property, properties);
            } else {
                properties.add(property);
            }
        }
    }

    /** Whether Spring gives a variable's value to a property that this service, or what it is made of, reads. */
    boolean reads(String variable, String value) {
        Binder binder = binder(Map.of(variable, value));
        Set<String> candidates = new TreeSet<>(ours());
        candidates.addAll(OF_SPRING.getOrDefault(bare(variable), Set.of()));
        return candidates.stream().anyMatch(property -> binder.bind(property, String.class).map(value::equals).orElse(false));
    }

    /** What binds properties to variables just as in a process that has them. */
    static Binder binder(Map<String, String> variables) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.copyOf(variables)));
        return new Binder(ConfigurationPropertySources.from(sources));
    }

    private static String bare(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
    }

    private Map<String, Object> file() {
        Map<String, Object> properties = new TreeMap<>();
        try {
            new YamlPropertySourceLoader().load(name, new ClassPathResource(name + ".yml")).forEach(source -> {
                for (String property : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                    properties.put(property, source.getProperty(property));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static Map<String, Set<String>> springs() {
        Map<String, Set<String>> properties = new TreeMap<>();
        try {
            for (URL url : Collections.list(Service.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream file = url.openStream()) {
                    for (JsonNode property : JsonMapper.shared().readTree(file).path("properties")) {
                        String known = property.get("name").stringValue();
                        properties.computeIfAbsent(bare(known), bare -> new TreeSet<>()).add(known);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
