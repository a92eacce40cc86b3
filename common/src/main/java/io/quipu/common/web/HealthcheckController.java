package io.quipu.common.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Abacus's health check: what {@code /actuator/health} says in all, as its monitors read it. */
@RestController
public class HealthcheckController {

    private static final int UNHEALTHY = 500;

    private final ObjectProvider<HealthEndpoint> health;

    HealthcheckController(ObjectProvider<HealthEndpoint> health) {
        this.health = health;
    }

    /** 200 when all is well, else 500. */
    @GetMapping(path = "/healthcheck", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> check() {
        boolean healthy = health.getObject().health().getStatus().equals(Status.UP);
        return ResponseEntity.status(healthy ? 200 : UNHEALTHY).body(new Answer(healthy));
    }

    /**
     * The answer.
     *
     * @param healthy whether all is well
     */
    record Answer(boolean healthy) {
    }
}
