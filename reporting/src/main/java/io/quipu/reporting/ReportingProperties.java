package io.quipu.reporting;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be configured under {@code quipu.reporting}.
 *
 * @param maxConcurrent reports, and pages of what runs, made at a time; one more is answered 503
 * @param connectTimeout to open a connection to a neighbour
 * @param responseTimeout without a byte from a neighbour
 * @param answerTimeout for a whole answer of a neighbour
 * @param breakerOpen how long a neighbour that keeps failing is left alone; callers are told to come back after that
 * @param spoolMemory what is put aside in memory, by all reports together; the rest in temporary files
 * @param spoolLimit what is put aside altogether, up to twice per report; a larger report is refused
 * @param planCache plan versions kept
 */
@ConfigurationProperties("quipu.reporting")
public record ReportingProperties(@DefaultValue("16") int maxConcurrent, @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("30s") Duration responseTimeout, @DefaultValue("2m") Duration answerTimeout,
        @DefaultValue("5s") Duration breakerOpen, @DefaultValue("8MB") DataSize spoolMemory,
        @DefaultValue("1GB") DataSize spoolLimit, @DefaultValue("1000") int planCache) {
}
