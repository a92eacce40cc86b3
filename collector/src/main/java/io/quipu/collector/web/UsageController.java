package io.quipu.collector.web;

import io.quipu.collector.intake.Locations;
import io.quipu.collector.intake.UsageLookup;
import io.quipu.collector.intake.UsageReader;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Usage in, and what became of it. */
@RestController
public class UsageController {

    private final UsageReader reader = new UsageReader();
    private final Submissions submissions;
    private final UsageLookup lookup;

    UsageController(Submissions submissions, UsageLookup lookup) {
        this.submissions = submissions;
        this.lookup = lookup;
    }

    /**
     * Takes one usage document, or an array of them, which may be the member {@code usage} of an object; answered as {@link
     * Submissions#submit} says.
     */
    @PostMapping(path = Locations.USAGE, consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    public void submit(HttpServletRequest request, HttpServletResponse response) {
        submissions.submit(request, response, reader::read);
    }

    /** An accepted usage or event and its disposition, at its location. */
    @GetMapping(path = Locations.USAGE + "/t/**", produces = MediaType.APPLICATION_JSON_VALUE)
    public void find(HttpServletRequest request, HttpServletResponse response) {
        // the path as it was sent: decoded by the container, an id with a slash would be two
        String path = request.getRequestURI().substring(request.getContextPath().length());
        JsonAnswer.of(200, null, lookup.find(path)).send(response);
    }
}
