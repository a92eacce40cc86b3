package io.quipu.acceptance.bench;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the collector's stack can do at best: the same web server, libraries and settings, and an endpoint that reads the whole
 * body, looks at none of it, and answers 202. Nothing is
 * scanned for, so none of the collector is found, which is on the same class path.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class EmptyEndpoint {

    /** Where it listens, before an offset is added. */
    static final int PORT = 9_070;

    /** Its name among the processes. */
    static final String NAME = "empty";

    /** Starts it; the port and address come as arguments. */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(EmptyEndpoint.class).properties("spring.config.name=empty",
                "spring.threads.virtual.enabled=true", "server.tomcat.threads.max=450",
                "server.max-http-request-header-size=64KB", "management.endpoints.web.exposure.include=health,info,prometheus",
                "management.metrics.observations.ignored-meters=long-task-timer").run(arguments);
    }

    /** The endpoint; a bean since it is a member of the configuration. */
    @RestController
    static class Sink {

        @PostMapping(path = Form.USAGE, consumes = "application/json")
        ResponseEntity<byte[]> take(HttpServletRequest request) throws IOException {
            request.getInputStream().readAllBytes();
            return ResponseEntity.accepted().build();
        }
    }
}
