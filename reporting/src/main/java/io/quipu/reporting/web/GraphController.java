package io.quipu.reporting.web;

import graphql.ExecutionResult;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import io.quipu.reporting.graph.GraphQueries;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** Answers GraphQL queries over reports: under Abacus's path, and as other GraphQL servers do. */
@RestController
public class GraphController {

    /** Bytes of a posted body: the longest query, escaped, and its variables. */
    static final int MAX_BODY = 256 << 10;

    private static final String GRAPHQL_RESPONSE = "application/graphql-response+json";
    private static final TypeReference<Map<String, Object>> VARIABLES = new TypeReference<>() { };

    private final GraphQueries queries;

    /** Answers those queries. */
    public GraphController(GraphQueries queries) {
        this.queries = queries;
    }

    /** Abacus's query, percent-encoded in the path: the data alone, or a problem. */
    @GetMapping("/v1/metering/aggregated/usage/graph/{query}")
    public ResponseEntity<byte[]> graph(@PathVariable("query") String query) {
        ExecutionResult result = queries.answer(query, null, Map.of());
        if (!result.getErrors().isEmpty()) {
            throw GraphQueries.problem(result.getErrors());
        }
        return answer(HttpStatus.OK, MediaType.APPLICATION_JSON, result.getData());
    }

    /**
     * A GraphQL request: 200 with data and errors. Who accepts {@code application/graphql-response+json} gets that, and 400 when there
     * are no data at all.
     */
    @PostMapping(path = "/graphql", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> graphql(@RequestHeader(name = HttpHeaders.ACCEPT, required = false) String accept,
            HttpServletRequest request) {
        JsonNode body = tree(body(request));
        Violations violations = new Violations();
        String query = text(violations, body, "query");
        String operation = text(violations, body, "operationName");
        JsonNode variables = body.get("variables");
        if (query == null && violations.isEmpty()) {
            violations.add("query", "required", "query is the text of a GraphQL query");
        }
        if (present(variables) && !variables.isObject()) {
            violations.add("variables", "type", "variables is an object, or left out");
        }
        violations.orThrow("This is no GraphQL request.");
        ExecutionResult result = queries.answer(query, operation,
                present(variables) ? Json.shared().convertValue(variables, VARIABLES) : Map.of());
        boolean graphql = accept != null && accept.contains(GRAPHQL_RESPONSE);
        return answer(graphql && !result.isDataPresent() ? HttpStatus.BAD_REQUEST : HttpStatus.OK,
                graphql ? MediaType.parseMediaType(GRAPHQL_RESPONSE) : MediaType.APPLICATION_JSON, result.toSpecification());
    }

    private static byte[] body(HttpServletRequest request) {
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(MAX_BODY + 1);
        } catch (IOException e) {
            throw Problem.of(400, "incomplete_body", "The body ended before it was complete");
        }
        if (body.length > MAX_BODY) {
            throw Problem.of(413, "body_too_large", "The body has more than " + MAX_BODY + " bytes");
        }
        return body;
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Json.strict().readTree(body);
        } catch (NumberFormatException e) {
            // an exponent that no number can have; Jackson does not wrap it
            throw Problem.of(400, "malformed", "The body is not valid JSON: " + e.getMessage());
        }
    }

    private static boolean present(JsonNode member) {
        return member != null && !member.isNull();
    }

    /** A member that is a string; null when it is absent or, which is a violation, something else. */
    private static String text(Violations violations, JsonNode body, String name) {
        JsonNode member = body.get(name);
        if (present(member) && !member.isString()) {
            violations.add(name, "type", name + " is a string");
            return null;
        }
        return present(member) ? member.stringValue() : null;
    }

    private static ResponseEntity<byte[]> answer(HttpStatus status, MediaType type, Object document) {
        return ResponseEntity.status(status).cacheControl(CacheControl.noStore()).contentType(type).body(Json.write(document));
    }
}
