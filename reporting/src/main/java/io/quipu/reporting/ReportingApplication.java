package io.quipu.reporting;

import io.quipu.common.service.LongAnswers;
import io.quipu.common.service.ServiceConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.graphql.autoconfigure.observation.GraphQlObservationAutoConfiguration;
import org.springframework.boot.graphql.autoconfigure.servlet.GraphQlWebMvcAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * The reporting service; configured by {@code reporting.yml}. Of Spring for GraphQL it takes the schema and its execution; HTTP, limits
 * and metrics are its own.
 */
@SpringBootApplication(exclude = {GraphQlWebMvcAutoConfiguration.class, GraphQlObservationAutoConfiguration.class})
@Import({ServiceConfiguration.class, LongAnswers.class})
public class ReportingApplication {

    /** Starts it. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application, configured by {@code reporting.yml}, so that all five can run in one JVM. */
    public static SpringApplication application() {
        return new SpringApplicationBuilder(ReportingApplication.class)
                .properties("spring.config.name=reporting").build();
    }
}
