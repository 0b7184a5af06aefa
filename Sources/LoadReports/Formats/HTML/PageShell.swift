/// What every page that is one file has around what it says: its head, its title, and its scripts.
struct PageShell {
    /// A part that has a heading.
    struct Section {
        let id: String
        let title: String
        let parts: [HTML]

        var html: HTML {
            """
            <section id="\(id)">
            <h2>\(title)</h2>
            \(HTML(lines: parts))
            </section>
            """
        }
    }

    /// What a browser calls the page.
    let title: String
    /// What it is, and of whom.
    let kind: String
    let heading: String
    let about: String
    let sections: [Section]
    /// Whether there are links to the sections.
    var hasLinks = false
    let footer: String
    /// The elements with the page's numbers and programs.
    let scripts: HTML

    /// The page.
    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="\(HTMLReport.policy)">
        <title>\(title)</title>
        <link rel="icon" href="data:,">
        <style>\(HTML(trusted: HTMLReport.styleSheet))</style>
        <script>\(HTML(trusted: HTMLReport.themeProgram))</script>
        </head>
        <body>
        <header>
        <div>
        <p class="kind">\(kind)</p>
        <h1>\(heading)</h1>
        <p class="about">\(about)</p>
        </div>
        <button type="button" id="theme" hidden>Dark</button>
        </header>
        \(hasLinks ? links : "" as HTML)<main>
        \(HTML(lines: sections.map(\.html)))
        </main>
        <footer>\(footer)</footer>
        \(scripts)
        </body>
        </html>

        """
    }

    private var links: HTML {
        """
        <nav aria-label="Sections">
        \(HTML(lines: sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as HTML }))
        </nav>

        """
    }
}
