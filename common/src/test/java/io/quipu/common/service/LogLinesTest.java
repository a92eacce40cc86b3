package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.StoreException;
import io.quipu.common.web.ProblemHandler;
import io.quipu.common.wire.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.databind.JsonNode;

/** What the shared configuration makes of the log. */
@ExtendWith(OutputCaptureExtension.class)
class LogLinesTest {

    private static final Logger LOG = LoggerFactory.getLogger(LogLinesTest.class);

    @Configuration(proxyBeanMethods = false)
    static class Nothing {
    }

    /** The first application of a JVM sets it for all. */
    @AfterEach
    void forgetTheFormat() {
        MDC.clear();
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
        return new SpringApplicationBuilder(Nothing.class).web(WebApplicationType.NONE)
                .properties("spring.config.name=service", "spring.application.name=tested").run(arguments);
    }

    @Test
    void aFailureIsOneLineWithItsStackTraceServiceTraceAndFields(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.isActive()).isTrue();
            MDC.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
            MDC.put("spanId", "00f067aa0ba902b7");
            LOG.atError().setCause(new IllegalStateException("outer", new StoreException("the disk\nis full")))
                    .addKeyValue("partition", 7).addKeyValue("organization", "acme").log("partition {} is stuck", 7);
        }
        List<String> lines = output.getOut().lines().filter(line -> line.contains("is stuck")).toList();
        assertThat(lines).hasSize(1);
        assertThat(output.getOut().lines()).as("nothing but JSON").allMatch(line -> line.startsWith("{\"@timestamp\""));
        JsonNode line = Json.shared().readTree(lines.get(0));
        assertThat(line.at("/message").stringValue()).isEqualTo("partition 7 is stuck");
        assertThat(line.at("/log/level").stringValue()).isEqualTo("ERROR");
        assertThat(line.at("/log/logger").stringValue()).isEqualTo(LogLinesTest.class.getName());
        assertThat(line.at("/service/name").stringValue()).isEqualTo("tested");
        assertThat(line.at("/partition").intValue()).isEqualTo(7);
        assertThat(line.at("/organization").stringValue()).isEqualTo("acme");
        assertThat(line.get("trace.id").stringValue()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.get("span.id").stringValue()).isEqualTo("00f067aa0ba902b7");
        assertThat(line.at("/error/stack_trace").stringValue()).contains("the disk\nis full", "IllegalStateException: outer",
                "at " + LogLinesTest.class.getName());
    }

    @Test
    void textIsForPeople(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--quipu.log.format=text")) {
            assertThat(context.isActive()).isTrue();
            LOG.warn("partition {} waits", 7);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("partition 7 waits"))).singleElement().asString()
                .contains("WARN", "[tested]").doesNotStartWith("{");
    }

    @Test
    void aStoreThatFailsInTwoWaysInTurnDoesNotFloodTheLog(CapturedOutput output) {
        ProblemHandler handler = new ProblemHandler();
        for (int i = 0; i < 50; i++) {
            handler.store(new StoreException("no room"), new MockHttpServletRequest("POST", "/a"));
            handler.store(new StoreException("no answer"), new MockHttpServletRequest("GET", "/b"));
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("store unavailable"))).hasSize(1);
    }

    @Test
    void everyRequestThatFailsIsALineWithItsTraceButNotEachWithAllItsFrames(CapturedOutput output) {
        ProblemHandler handler = new ProblemHandler();
        for (int i = 0; i < 20; i++) {
            handler.other(new IllegalStateException("bug"), new MockHttpServletRequest("POST", "/a"));
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("POST /a failed, trace "))).hasSize(20);
        assertThat(output.getOut().lines().filter(line -> line.contains("everyRequestThatFails")))
                .as("frames of this test").hasSizeLessThan(3);
    }
}
