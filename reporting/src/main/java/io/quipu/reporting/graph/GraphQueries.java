package io.quipu.reporting.graph;

import graphql.ErrorType;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.http.HttpStatus;

/** Answers queries over reports, within their limits, so many at a time. Thread-safe. */
public final class GraphQueries {

    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(1);

    /** Errors that a problem tells of. */
    private static final int MAX_ERRORS = 10;

    private final GraphQlSource source;
    private final Bulkhead bulkhead;
    private final GraphLimits limits;
    private final GraphMetrics metrics;

    /**
     * The queries.
     *
     * @param source the schema
     * @param bulkhead how many at a time
     * @param limits what each may ask for
     * @param meters where they are timed
     */
    public GraphQueries(GraphQlSource source, Bulkhead bulkhead, GraphLimits limits, MeterRegistry meters) {
        this.source = source;
        this.bulkhead = bulkhead;
        this.limits = limits;
        this.metrics = new GraphMetrics(meters);
    }

    /**
     * Answers a query, with errors where there are any.
     *
     * @param query its text
     * @param operation which of its operations; null when it has but one
     * @param variables its variables
     * @throws Problem 400 when it is too long, 503 {@code overloaded}
     */
    public ExecutionResult answer(String query, String operation, Map<String, Object> variables) {
        if (query.length() > limits.query()) {
            throw Problem.of(400, "invalid", "The query is too long.").with(List.of(new Violation("query", "max_length",
                    "query has " + query.length() + " characters; at most " + limits.query() + " are allowed")));
        }
        ExecutionInput input = ExecutionInput.newExecutionInput(query).operationName(operation).variables(variables)
                .graphQLContext(Map.of(Allowance.class, new Allowance(limits))).build();
        try {
            return bulkhead.executeSupplier(() -> metrics.record(() -> execute(input)));
        } catch (BulkheadFullException e) {
            throw Problem.unavailable("overloaded", "As many queries as may be are being answered; try again.",
                    OVERLOADED_RETRY);
        }
    }

    private ExecutionResult execute(ExecutionInput input) {
        try {
            return source.graphQl().execute(input);
        } catch (NumberFormatException e) {
            // an exponent that no number can have; the parser does not wrap it
            return ExecutionResult.newExecutionResult().addError(GraphQLError.newError().errorType(ErrorType.InvalidSyntax)
                    .message("Invalid syntax: a number has too large an exponent").build()).build();
        }
    }

    /** Of a query's errors the one that is not the caller's fault. */
    static Optional<Problem> failure(List<GraphQLError> errors) {
        return errors.stream().filter(ReportError.class::isInstance).map(error -> ((ReportError) error).problem())
                .filter(problem -> problem.status() >= HttpStatus.INTERNAL_SERVER_ERROR.value()).findFirst();
    }

    /**
     * What errors are as a problem: what was not the caller's fault, as it is; else 400, with Abacus's members.
     *
     * @param errors at least one
     */
    public static Problem problem(List<GraphQLError> errors) {
        return failure(errors).orElseGet(() -> {
            String reason = errors.stream().limit(MAX_ERRORS).map(GraphQLError::getMessage).collect(Collectors.joining("; "));
            Optional<Problem> known = errors.stream().filter(ReportError.class::isInstance)
                    .map(error -> ((ReportError) error).problem()).findFirst();
            return Problem.of(HttpStatus.BAD_REQUEST.value(), known.map(Problem::code).orElse("query"), reason)
                    .with(known.map(Problem::violations).orElse(List.of()))
                    .with("error", "query").with("message", "Graphql query error - " + reason);
        });
    }
}
