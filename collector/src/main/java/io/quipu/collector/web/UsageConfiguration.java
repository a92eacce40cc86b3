package io.quipu.collector.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.intake.AppendWait;
import io.quipu.collector.intake.DispositionSource;
import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.SnapshotIntake;
import io.quipu.collector.intake.SnapshotProgress;
import io.quipu.collector.intake.TermsSource;
import io.quipu.collector.intake.UsageIntake;
import io.quipu.collector.intake.UsageLookup;
import io.quipu.collector.intake.UsageMetrics;
import io.quipu.collector.log.LogProgress;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Lateness;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Wires the endpoints of usage and events. Needs beans of {@link UsageLog}, {@link LogProgress}, {@link DocumentStore}, {@link
 * TermsSource}, {@link DispositionSource}, {@link SnapshotProgress.Figures}, {@link Lateness}, {@link Clock} and {@link
 * MeterRegistry}.
 */
@Configuration(proxyBeanMethods = false)
public class UsageConfiguration {

    /** How long one of the server's threads, beyond those it keeps to spare, waits for work. */
    private static final Duration IDLE_THREAD = Duration.ofMillis(250);

    /** Limits of requests; 2 MiB hold 1,000 usages of up to 2,000 bytes. */
    @Bean
    UsageLimits usageLimits(@Value("${quipu.max-body:2MB}") DataSize maxBody,
            @Value("${quipu.max-snapshot-body:256MB}") DataSize maxSnapshotBody,
            @Value("${quipu.max-in-flight:400}") int maxInFlight,
            @Value("${quipu.append-timeout:PT30S}") Duration appendTimeout) {
        return new UsageLimits(Math.toIntExact(maxBody.toBytes()), maxSnapshotBody.toBytes(), maxInFlight, appendTimeout);
    }

    /** The requests under way. */
    @Bean
    RequestsUnderWay requestsUnderWay(UsageLimits limits) {
        return new RequestsUnderWay(limits.maxInFlight(), System::nanoTime);
    }

    /** The intake. */
    @Bean
    UsageIntake usageIntake(TermsSource terms, UsageLog log, DocumentStore store, Lateness lateness, Clock clock,
            UsageLimits limits) {
        return new UsageIntake(terms, log, store, lateness, clock, AppendWait.atMost(limits.appendTimeout()));
    }

    /** The intake of snapshots. */
    @Bean
    SnapshotIntake snapshotIntake(TermsSource terms, UsageLog log, DocumentStore store, Lateness lateness, Clock clock,
            UsageLimits limits) {
        return new SnapshotIntake(terms, log, store, lateness, clock, AppendWait.atMost(limits.appendTimeout()));
    }

    /** What waits for snapshots. */
    @Bean
    SnapshotProgress snapshotProgress(LogProgress progress, SnapshotProgress.Figures figures,
            @Value("${quipu.snapshot-wait:PT5S}") Duration patience) {
        return new SnapshotProgress(progress, figures, patience, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis()));
    }

    /** The look-up by location. */
    @Bean
    UsageLookup usageLookup(UsageLog log, DispositionSource dispositions) {
        return new UsageLookup(log, dispositions);
    }

    /** The counters. */
    @Bean
    UsageMetrics usageMetrics(MeterRegistry registry) {
        return new UsageMetrics(registry);
    }

    /** How requests are taken. */
    @Bean
    Submissions submissions(UsageIntake intake, UsageMetrics metrics, UsageLimits limits, RequestsUnderWay requests) {
        return new Submissions(intake, metrics, limits, requests);
    }

    /** The times of the requests to them. */
    @Bean
    SubmissionTimes submissionTimes(MeterRegistry registry) {
        return new SubmissionTimes(registry);
    }

    /** The endpoints that usage and events are submitted to. */
    @Bean
    ServletRegistrationBean<SubmissionServlet> submissionServlet(ObjectProvider<Submissions> submissions,
            @Qualifier(DispatcherServlet.HANDLER_EXCEPTION_RESOLVER_BEAN_NAME) ObjectProvider<HandlerExceptionResolver> problems,
            ObjectProvider<SubmissionTimes> times) {
        return new ServletRegistrationBean<>(new SubmissionServlet(submissions::getObject, problems::getObject, times::getObject),
                SubmissionServlet.paths().toArray(String[]::new));
    }

    /** The endpoint that tells what became of usage. */
    @Bean
    UsageController usageController(UsageLookup lookup) {
        return new UsageController(lookup);
    }

    /** The endpoint of snapshots. */
    @Bean
    SnapshotController snapshotController(Submissions submissions, SnapshotIntake snapshots, SnapshotProgress progress,
            RequestsUnderWay requests, UsageMetrics metrics, UsageLimits limits) {
        return new SnapshotController(submissions, snapshots, progress, requests, metrics, limits);
    }

    /**
     * Reads on behind a body that is too large, up to four times the limit, so that the client gets to see its 413 rather
     * than a closed connection. Leaves the time of requests to {@link LaterAnswer}. Ends idle threads soon: requests that come at
     * once get one each, and the server hands out work in turns, so that by its own limit of a minute hardly one would ever be idle.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> usageConnector(UsageLimits limits) {
        return factory -> {
            factory.setProtocol(UnhurriedProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                UnhurriedProtocol http = (UnhurriedProtocol) connector.getProtocolHandler();
                http.setMaxSwallowSize((int) Math.min(Integer.MAX_VALUE, 4L * limits.maxBody()));
                // a client that asks first is told before it sends a body that is too large
                http.setContinueResponseTiming("onRead");
                http.setProperty("threadsMaxIdleTime", Long.toString(IDLE_THREAD.toMillis()));
            });
        };
    }
}
