package io.quipu.collector.plugin;

import io.quipu.collector.catalog.Plugin;
import io.quipu.common.http.BaseUrls;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Which plugins there are: {@code quipu.provisioning.url}, {@code quipu.accounts.url}; and how long to wait for them: {@code
 * quipu.plugin}.
 *
 * @param provisioning where types of resources and plans are; without a URL we keep them
 * @param accounts where accounts and the ids of plans are; without a URL we keep them
 * @param plugin how both are called
 */
@ConfigurationProperties("quipu")
record PluginProperties(@DefaultValue Address provisioning, @DefaultValue Address accounts, @DefaultValue Calls plugin) {

    /** Checks the addresses. */
    PluginProperties {
        provisioning = provisioning.checked(Plugin.PROVISIONING);
        accounts = accounts.checked(Plugin.ACCOUNTS);
    }

    /**
     * Where a plugin is.
     *
     * @param url the base URLs of its instances; none where there is no such plugin
     */
    record Address(@DefaultValue List<URI> url) {

        private Address checked(Plugin plugin) {
            return url.isEmpty() ? this : new Address(BaseUrls.checked("quipu." + plugin.id() + ".url", url));
        }
    }

    /**
     * How a plugin is called.
     *
     * @param connectTimeout for a connection to be made, and for one that is free
     * @param responseTimeout without a byte of an answer, and after which no further instance is tried
     * @param answerTimeout for a whole answer
     * @param maxConnections open at once, to each instance
     */
    record Calls(@DefaultValue("PT2S") Duration connectTimeout, @DefaultValue("PT5S") Duration responseTimeout,
            @DefaultValue("PT10S") Duration answerTimeout, @DefaultValue("64") int maxConnections) {

        private static final int MOST_CONNECTIONS = 1_000;

        /** Checks them. */
        Calls {
            positive("connect-timeout", connectTimeout);
            positive("response-timeout", responseTimeout);
            positive("answer-timeout", answerTimeout);
            if (maxConnections < 1 || maxConnections > MOST_CONNECTIONS) {
                throw new InvalidConfigurationPropertyValueException("quipu.plugin.max-connections", maxConnections,
                        "it must be from 1 to " + MOST_CONNECTIONS);
            }
        }

        private static void positive(String name, Duration value) {
            if (value.toMillis() < 1) {
                throw new InvalidConfigurationPropertyValueException("quipu.plugin." + name, value,
                        "it must be at least a millisecond");
            }
        }
    }
}
