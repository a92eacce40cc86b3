package io.quipu.common.service;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * For services that answer with documents or reports: an answer of up to 32 KB with its headers goes to the
 * socket at once. With Tomcat's own 8 KB who reads such an answer is awakened for a part of it, and then waits for the rest.
 */
@Configuration(proxyBeanMethods = false)
public class LongAnswers {

    /** Bytes that a connection gathers before it writes them. */
    private static final int BUFFER = 32 << 10;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> answerBuffers() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            if (!connector.setProperty("socket.appWriteBufSize", Integer.toString(BUFFER))) {
                throw new IllegalStateException("the connector has no buffer to set");
            }
        });
    }
}
