package io.quipu.collector.plugin;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.catalog.Plugin;
import io.quipu.collector.catalog.Plugins;
import io.quipu.collector.drive.LogConfiguration;
import io.quipu.collector.drive.PipelineProperties;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.trace.Traces;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the clients of those plugins that have a URL. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PluginProperties.class)
public class PluginConfiguration {

    @Bean
    PluginClients pluginClients(PluginProperties properties, PipelineProperties pipeline, MeterRegistry meters, Traces traces) {
        return new PluginClients(properties, pipeline, meters, traces);
    }

    @Bean
    Plugins plugins(PluginClients clients) {
        return new Plugins(clients.provisioning.map(ProvisioningClient::new), clients.accounts.map(AccountClient::new));
    }

    /** The clients, closed with the service. */
    static final class PluginClients implements AutoCloseable {

        final Optional<PluginClient> provisioning;
        final Optional<PluginClient> accounts;

        PluginClients(PluginProperties properties, PipelineProperties pipeline, MeterRegistry meters, Traces traces) {
            this.provisioning = client(Plugin.PROVISIONING, properties.provisioning().url(), properties, pipeline, meters, traces);
            this.accounts = client(Plugin.ACCOUNTS, properties.accounts().url(), properties, pipeline, meters, traces);
        }

        private static Optional<PluginClient> client(Plugin plugin, List<URI> urls, PluginProperties properties,
                PipelineProperties pipeline, MeterRegistry meters, Traces traces) {
            return urls.isEmpty() ? Optional.empty() : Optional.of(new PluginClient(plugin, new ServiceInstances(plugin.id(), urls,
                    LogConfiguration.breaker(pipeline.breaker()).build(), meters, StageUnavailableException.class::isInstance),
                    properties.plugin(), traces));
        }

        @Override
        public void close() throws IOException {
            for (PluginClient client : all()) {
                client.close();
            }
        }

        private List<PluginClient> all() {
            List<PluginClient> all = new ArrayList<>();
            provisioning.ifPresent(all::add);
            accounts.ifPresent(all::add);
            return all;
        }
    }
}
