package io.quipu.common.service;

import io.quipu.common.web.ContainerErrorController;
import io.quipu.common.web.DrainValve;
import io.quipu.common.web.HealthcheckController;
import io.quipu.common.web.ProblemHandler;
import io.quipu.common.web.ProblemValve;
import io.quipu.common.wire.Json;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every Quipu service has: the one JSON configuration, problem documents, a clock, traces of its {@link TracedPaths}, an
 * orderly end.
 */
@Configuration(proxyBeanMethods = false)
@Import({ProblemHandler.class, ContainerErrorController.class, HealthcheckController.class, ClockConfiguration.class,
    TraceConfiguration.class})
public class ServiceConfiguration {

    private static final int UNLIMITED = -1;

    /** Spring MVC reads and writes with the same mapper as everything else. */
    @Bean
    public JsonMapper jsonMapper() {
        return Json.shared();
    }

    @Bean
    DrainLifecycle drain(Environment environment, ObjectProvider<DrainLifecycle.Pause> pause, DrainValve drainValve) {
        return new DrainLifecycle(drainValve, DrainProperties.of(environment),
                pause.getIfAvailable(() -> duration -> Thread.sleep(duration.toMillis())));
    }

    @Bean
    DrainValve drainValve() {
        return new DrainValve();
    }

    /**
     * Ids may hold slashes of both kinds, which paths carry encoded: they must reach us as they were sent. What Tomcat itself
     * refuses is answered by a problem too. A connection serves any number of requests: opening one costs more than most of
     * ours.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> webServer(DrainLifecycle drain,
            DrainValve drainValve) {
        return factory -> {
            factory.addEngineValves(drainValve);
            factory.addConnectorCustomizers(drain::add);
            factory.addContextCustomizers(context -> context.getParent().getPipeline().addValve(new ProblemValve()));
            factory.addConnectorCustomizers(connector -> {
                connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setProperty("maxKeepAliveRequests", Integer.toString(UNLIMITED));
            });
        };
    }
}
