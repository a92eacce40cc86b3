package io.quipu.reporting.graph;

import graphql.GraphQLError;
import graphql.schema.DataFetchingEnvironment;
import io.quipu.common.web.Problem;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import reactor.core.publisher.Mono;

/** Makes errors of what went wrong with a field: of problems what they say, of our own bugs that there was one. */
final class ReportErrors implements DataFetcherExceptionResolver {

    private static final Logger LOG = LoggerFactory.getLogger(ReportErrors.class);

    @Override
    public Mono<List<GraphQLError>> resolveException(Throwable failure, DataFetchingEnvironment environment) {
        return Mono.just(List.of(new ReportError(problem(failure), environment.getExecutionStepInfo().getPath(),
                environment.getField().getSourceLocation())));
    }

    private static Problem problem(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        LOG.error("a query failed", failure);
        return Problem.of(500, "broken", "Quipu failed; the log says why.");
    }
}
