package io.quipu.reporting;

import io.quipu.common.web.ProblemHandler;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** The reporting service; configured by {@code reporting.yml}. */
@SpringBootApplication
@Import(ProblemHandler.class)
public class ReportingApplication {

    /** Starts it. */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(ReportingApplication.class)
                .properties("spring.config.name=reporting")
                .run(arguments);
    }
}
