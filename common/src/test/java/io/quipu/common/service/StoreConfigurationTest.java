package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.store.memory.InMemoryStore;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class StoreConfigurationTest {

    private static final String ON_CLOUD_FOUNDRY = "VCAP_APPLICATION={\"application_name\":\"collector\"}";

    @TempDir
    Path directory;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withUserConfiguration(StoreConfiguration.class);

    @Test
    void embeddedStoreInTheDataDirectoryIsTheDefault() {
        Path data = directory.resolve("a/b");
        runner.withPropertyValues("quipu.data=" + data).run(context -> {
            assertThat(context).hasSingleBean(DocumentStore.class);
            DocumentStore store = context.getBean(DocumentStore.class);
            assertThat(store).isInstanceOf(EmbeddedStore.class);
            assertThat(store.write(new Write.Insert("a", new byte[0])).written()).isTrue();
            assertThat(data).isNotEmptyDirectory();
            assertThat(context.getBean(MeterRegistry.class).get("quipu.store.syncs").counter().count()).isEqualTo(1);
        });
    }

    @Test
    void storeIsClosedWithItsContextAndCanBeOpenedByTheNext() {
        DocumentStore[] first = new DocumentStore[1];
        ApplicationContextRunner sameData = runner.withPropertyValues("quipu.data=" + directory);
        sameData.run(context -> {
            first[0] = context.getBean(DocumentStore.class);
            first[0].write(new Write.Insert("a", new byte[0]));
        });
        assertThatThrownBy(() -> first[0].get("a")).isInstanceOf(StoreException.class);
        sameData.run(context -> assertThat(context.getBean(DocumentStore.class).get("a")).isPresent());
    }

    @Test
    void memoryStoreIsChosenByProperty() {
        runner.withPropertyValues("quipu.store=memory")
                .run(context -> assertThat(context).getBean(DocumentStore.class).isInstanceOf(InMemoryStore.class));
    }

    @Test
    void unknownStoreIsRefused() {
        runner.withPropertyValues("quipu.store=paper").run(context -> assertThat(context).hasFailed());
    }

    @Test
    void dataDirectoryIsNamedAfterTheServiceByDefault() {
        StoreProperties properties = new StoreProperties(StoreProperties.Kind.EMBEDDED, "", false);

        assertThat(properties.directory("collector")).isEqualTo(Path.of(".quipu", "data", "collector"));
        assertThat(new StoreProperties(StoreProperties.Kind.EMBEDDED, "/var/quipu", false).directory("collector")).isEqualTo(Path.of("/var/quipu"));
    }

    @Test
    void embeddedStoreOnCloudFoundryRefusesToStart() {
        runner.withPropertyValues("quipu.data=" + directory, ON_CLOUD_FOUNDRY).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("on Cloud Foundry the disk of an application is lost")
                    .hasMessageContaining("quipu.ephemeral-disk-allowed=true");
            assertThat(directory).isEmptyDirectory();
        });
    }

    @Test
    void memoryStoreOnCloudFoundryRefusesToStartTooUnlessTheLossIsAccepted() {
        runner.withPropertyValues("quipu.store=memory", ON_CLOUD_FOUNDRY).run(context -> assertThat(context.getStartupFailure())
                .rootCause().hasMessageContaining("on Cloud Foundry the memory of an application is lost"));
        runner.withPropertyValues("quipu.store=memory", ON_CLOUD_FOUNDRY, "quipu.ephemeral-disk-allowed=true")
                .run(context -> assertThat(context).getBean(DocumentStore.class).isInstanceOf(InMemoryStore.class));
    }

    @Test
    void embeddedStoreOnCloudFoundryStartsWhenTheLossIsAccepted() {
        runner.withPropertyValues("quipu.data=" + directory, ON_CLOUD_FOUNDRY, "quipu.ephemeral-disk-allowed=true")
                .run(context -> assertThat(context).hasNotFailed().getBean(DocumentStore.class).isInstanceOf(EmbeddedStore.class));
    }

    @Test
    void dataDirectoryThatCannotBeUsedIsExplainedWithWhatToDo() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        runner.withPropertyValues("quipu.data=" + file).run(context -> {
            assertThat(context).hasFailed();
            FailureAnalysis analysis = new DataDirectoryFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("The service cannot start", file.toString(), System.getProperty("user.name"));
            assertThat(analysis.getAction()).contains("quipu.data");
        });
    }

    @Test
    void healthIsThatOfTheStoreWithItsReason() {
        runner.withPropertyValues("quipu.store=memory").run(context ->
                assertThat(context.getBean("storeHealthIndicator", HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP));
        Health health = new StoreHealth(new DocumentStore() {
            @Override
            public List<Optional<Document>> get(List<String> keys) {
                return List.of();
            }

            @Override
            public List<Outcome> write(List<Write> writes) {
                throw new StoreException("the disk is full");
            }

            @Override
            public Optional<String> failure() {
                return Optional.of("the disk is full");
            }

            @Override
            public void close() {
                // Nothing to release.
            }
        }).health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("reason", "the disk is full");
    }

    @Test
    void clockIsTheSystemsUnlessAnotherIsRegisteredBeforeOrAfter() {
        ApplicationContextRunner memory = runner.withPropertyValues("quipu.store=memory");
        memory.run(context -> assertThat(context.getBean(Clock.class)).isEqualTo(Clock.systemUTC()));
        Clock clock = new MutableClock(1_000);
        memory.withBean("theirs", Clock.class, () -> clock).run(context -> {
            assertThat(context.getBean(Clock.class)).isSameAs(clock);
            DocumentStore store = context.getBean(DocumentStore.class);
            store.write(new Write.Insert("a", new byte[0], 1_001));
            assertThat(store.get("a")).as("judged by that clock").isPresent();
        });
        new ApplicationContextRunner().withUserConfiguration(ClockConfiguration.class).withBean("theirs", Clock.class, () -> clock)
                .run(context -> assertThat(context.getBean(Clock.class)).isSameAs(clock));
    }

    @Test
    void memoryStoreNeedsNoRocksDb() throws Exception {
        assertThat(memoryStoreWithout("rocksdbjni")).isEqualTo(InMemoryStore.class.getName());
    }

    /** The class of the memory store, started where no jar with any of these names is on the class path. */
    static String memoryStoreWithout(String... jars) throws Exception {
        List<URL> rest = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.endsWith(".jar") || Stream.of(jars).noneMatch(Path.of(entry).getFileName().toString()::contains)) {
                rest.add(Path.of(entry).toUri().toURL());
            }
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(rest.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            assertThatThrownBy(() -> loader.loadClass("org.rocksdb.RocksDB")).isInstanceOf(ClassNotFoundException.class);
            return (String) ((Callable<?>) loader.loadClass(MemoryStoreStart.class.getName()).getConstructor().newInstance()).call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Starts a context with the memory store, in whatever class loader it is loaded by; answers the class of the store. */
    public static final class MemoryStoreStart implements Callable<String> {
        @Override
        public String call() {
            String[] chosen = new String[1];
            new ApplicationContextRunner().withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                    .withUserConfiguration(StoreConfiguration.class).withPropertyValues("quipu.store=memory")
                    .run(context -> chosen[0] = context.getBean(DocumentStore.class).getClass().getName());
            return chosen[0];
        }
    }
}
