package io.quipu.collector.web;

import io.quipu.collector.intake.Locations;
import io.quipu.collector.intake.UsageLookup;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What became of usage. */
@RestController
public class UsageController {

    private final UsageLookup lookup;

    UsageController(UsageLookup lookup) {
        this.lookup = lookup;
    }

    /** An accepted usage or event and its disposition, at its location. */
    @GetMapping(path = Locations.USAGE + "/t/**", produces = MediaType.APPLICATION_JSON_VALUE)
    public void find(HttpServletRequest request, HttpServletResponse response) {
        // the path as it was sent: decoded by the container, an id with a slash would be two
        String path = request.getRequestURI().substring(request.getContextPath().length());
        JsonAnswer.of(200, null, lookup.find(path)).send(response);
    }
}
