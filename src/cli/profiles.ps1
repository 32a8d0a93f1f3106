    $words = @($commandAst.CommandElements | ForEach-Object { $_.Extent.Text })
    $before = if ($wordToComplete) { $words[-2] } else { $words[-1] }
    if ($before -ceq '--profile' -or $before -ceq '-p') {
        guestlist config profiles 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_)
        }
        return
    }
