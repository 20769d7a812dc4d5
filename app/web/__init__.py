"""HTTP: requests, cookies, forms, redirects. Rules live in the domain, facts in services and queries."""
