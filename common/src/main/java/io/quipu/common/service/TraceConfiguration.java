package io.quipu.common.service;

import brave.Tracing;
import brave.handler.SpanHandler;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import io.quipu.common.trace.MicrometerTraces;
import io.quipu.common.trace.Sampler;
import io.quipu.common.trace.Traces;
import io.quipu.common.web.TraceFilter;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;

/**
 * Traces as {@link TraceProperties} say; nothing is sent and no thread runs unless there is a Zipkin. A service
 * says which of its requests are traced by a bean of {@link TracedPaths}.
 *
 * <p>Spring Boot's own tracing is not used: it looks at each request, we only at those that are recorded (see
 * docs/decisions/0010).
 */
@Configuration(proxyBeanMethods = false)
public class TraceConfiguration {

    /** Spans that wait to be sent, of less than 1 kB each; what is more is dropped. */
    static final int MAX_QUEUED_SPANS = 5_000;

    /** How long a span waits for others before it is sent. */
    private static final Duration SEND_EVERY = Duration.ofMillis(500);

    /** How long a stop waits for what is being sent; spans that still wait for others then are dropped. */
    private static final Duration CLOSE = Duration.ofMillis(1_500);

    @Bean
    TraceProperties traceProperties(Environment environment) {
        return TraceProperties.of(environment);
    }

    /** Sends spans, in a thread of its own. */
    @Bean(destroyMethod = "close")
    @Conditional(ZipkinConfigured.class)
    AsyncZipkinSpanHandler zipkin(TraceProperties properties) {
        return AsyncZipkinSpanHandler.newBuilder(new ZipkinSender(properties.endpoint()))
                .queuedMaxSpans(MAX_QUEUED_SPANS)
                .messageTimeout(SEND_EVERY.toMillis(), TimeUnit.MILLISECONDS)
                .closeTimeout(CLOSE.toMillis(), TimeUnit.MILLISECONDS).build();
    }

    /** Whatever is to be recorded has been sampled before it comes here. */
    @Bean(destroyMethod = "close")
    Tracing tracing(Environment environment, Optional<AsyncZipkinSpanHandler> zipkin) {
        Tracing.Builder tracing = Tracing.newBuilder().traceId128Bit(true)
                .localServiceName(environment.getProperty("spring.application.name", "application"));
        // without any, Brave would write spans to the log
        tracing.addSpanHandler(zipkin.map(SpanHandler.class::cast).orElseGet(Dropped::new));
        return tracing.build();
    }

    @Bean
    Traces traces(Tracing tracing) {
        return new MicrometerTraces(new BraveTracer(tracing.tracer(),
                new BraveCurrentTraceContext(tracing.currentTraceContext())));
    }

    @Bean
    FilterRegistrationBean<TraceFilter> traceFilter(Traces traces, Optional<TracedPaths> traced,
            TraceProperties properties) {
        TracedPaths paths = traced.orElse(TracedPaths.NONE);
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        FilterRegistrationBean<TraceFilter> filter = new FilterRegistrationBean<>(new TraceFilter(traces, paths.outside()
                ? new Sampler(properties.ownProbability(), properties.maxPerSecond(), random, System::nanoTime) : null));
        filter.setUrlPatterns(paths.patterns());
        filter.setEnabled(!paths.patterns().isEmpty());
        filter.setDispatcherTypes(DispatcherType.REQUEST);
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    /** Where spans go that nobody is to see. */
    private static final class Dropped extends SpanHandler {
    }

    /** There is a Zipkin to send to. */
    static final class ZipkinConfigured implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return TraceProperties.of(context.getEnvironment()).endpoint() != null;
        }
    }
}
