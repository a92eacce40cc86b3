package io.quipu.reporting;

import io.quipu.common.service.ServiceConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** The reporting service; configured by {@code reporting.yml}. */
@SpringBootApplication
@Import(ServiceConfiguration.class)
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
