package io.quipu.reporting.graph;

import graphql.ErrorClassification;
import graphql.GraphQLError;
import graphql.execution.ResultPath;
import graphql.language.SourceLocation;
import io.quipu.common.web.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A problem as GraphQL answers it: of the field that it concerns, with its code and status. */
final class ReportError implements GraphQLError {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient ResultPath path;
    private final transient SourceLocation location;

    ReportError(Problem problem, ResultPath path, SourceLocation location) {
        this.problem = problem;
        this.path = path;
        this.location = location;
    }

    /** What it is made of. */
    Problem problem() {
        return problem;
    }

    @Override
    public String getMessage() {
        return problem.getMessage();
    }

    @Override
    public List<SourceLocation> getLocations() {
        return location == null ? List.of() : List.of(location);
    }

    @Override
    public List<Object> getPath() {
        return path.toList();
    }

    @Override
    public ErrorClassification getErrorType() {
        return ErrorClassification.errorClassification(problem.code());
    }

    @Override
    public Map<String, Object> getExtensions() {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("code", problem.code());
        extensions.put("status", problem.status());
        problem.retryAfter().ifPresent(after -> extensions.put("retry_after", Math.max(1, after.toSeconds())));
        if (!problem.violations().isEmpty()) {
            extensions.put("invalid_parameters", problem.violations());
        }
        return extensions;
    }
}
